#pragma once
#include <downhill/objective.hpp>

#include <memory>
#include <span>

#include "optimize/lanczos_basis.hpp"

namespace downhill::optimize {

/// H - shift I at a point, by its factors, which tell whether every curvature is above the shift.
class ShiftedHessian {
 public:
  /// Null where the Hessian has many entries and the variables are more than 2000, or where it is not finite. Cost: one Hessian.
  [[nodiscard]] static std::unique_ptr<ShiftedHessian> at(Objective& objective, std::span<const double> x);
  virtual ~ShiftedHessian() = default;

  /// Whether every curvature is above the shift: only then may the others be called. Cost: O(n³), or that of sparse factors.
  [[nodiscard]] virtual bool factorise(double shift) = 0;
  /// (H - shift I) solution = right
  virtual void solve(std::span<const double> right, std::span<double> solution) const = 0;
  /// H v
  virtual void multiply(std::span<const double> v, std::span<double> image) const = 0;

  /// The smallest curvature: of the inverse it is the largest. shift: that of the factors.
  [[nodiscard]] Extreme flattest(std::size_t n, double shift) const;
};

}  // namespace downhill::optimize
