#pragma once
#include <span>
#include <vector>

#include "optimize/acceptance.hpp"
#include "optimize/least_squares_step.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/walk.hpp"

/// What the least-squares methods share: the linear model of the residuals in scaled variables, and the trust region around it.
namespace downhill::optimize {

/// Moré's D: the largest norm of each column of J so far.
class ColumnScale {
 public:
  void update(std::span<const double> jacobian, std::size_t m);
  [[nodiscard]] const std::vector<double>& values() const { return values_; }
  /// D⁻¹ v
  [[nodiscard]] std::vector<double> divided(std::vector<double> v) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("values", values_);
  }

 private:
  std::vector<double> values_;
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

/// A radius around the present point, in scaled variables.
struct ResidualRegion {
  ColumnScale scale;
  double radius = 0;  ///< 0 before the first step

  template <class Visitor>
  void visit(Visitor& v) {
    v("scale", scale);
    v("radius", radius);
  }
};

/// Gives the coordinates of a step of the model that is no longer than the radius.
using StepWithin = std::vector<double> (*)(const ResidualModel& model, double radius);

/// One iteration: shortens the radius until the model's step is a success.
///
/// initial_radius: in units of the scaled norm of the start.
/// Reference: Moré, LNM 630 (1978) 105-116, algorithm 7.1.
[[nodiscard]] StepOutcome step_in_region(Walk& walk, ResidualRegion& region, double initial_radius, StepWithin within);

/// The coordinates of the step that minimises |r + J p| within the radius; the shortest where J has a null space, whose gradient is
/// exactly zero.
[[nodiscard]] std::vector<double> damped_step(const LeastSquaresModel& model, double radius);

/// The same iteration within the bounds of the walk's box: the damped model is minimised over one face of the box after another,
/// by a singular value decomposition of the columns that vary; see box_model.hpp. The radius bounds each scaled variable.
[[nodiscard]] StepOutcome step_in_bounded_region(Walk& walk, ResidualRegion& region, double initial_radius);

}  // namespace downhill::optimize
