#pragma once
#include <span>
#include <vector>

#include "optimize/least_squares_step.hpp"
#include "optimize/walk.hpp"

/// The linear model of the residuals in scaled variables, by singular values.
namespace downhill::optimize {

/// Moré's D: the largest norm of each column of J so far.
class ColumnScale {
 public:
  void update(std::span<const double> jacobian, std::size_t m);
  /// The same of a Jacobian of few entries.
  void update(std::span<const double> entries, const analysis::SparsityPattern& pattern);
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  /// D⁻¹ v
  [[nodiscard]] std::vector<double> divided(std::vector<double> v) const;
  void divide(std::span<const double> v, std::vector<double>& result) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("values", values_);
  }

 private:
  std::vector<double> values_;
  std::vector<double> column_;  // room
  void raise(std::size_t j, double length);
};

/// r + J p at the present point of a walk.
struct ResidualModel {
  LeastSquaresModel model;
  std::vector<double> residuals;

  [[nodiscard]] std::size_t size() const { return model.gradient.size(); }
  /// |r|² - |r + J p|²
  [[nodiscard]] double fall(std::span<const double> coordinates) const;
  /// The coordinates of the shortest p that minimises |r + J p|.
  [[nodiscard]] std::vector<double> gauss_newton_step() const;
};

/// Computes residuals and Jacobian and updates the scale. Returns an empty model where they are not finite or J is 0.
[[nodiscard]] ResidualModel residual_model(Walk& walk, ColumnScale& scale);

/// The coordinates of the step that minimises |r + J p| within the radius; the shortest where J has a null space, whose gradient is
/// exactly zero.
[[nodiscard]] std::vector<double> damped_step(const LeastSquaresModel& model, double radius);

}  // namespace downhill::optimize
