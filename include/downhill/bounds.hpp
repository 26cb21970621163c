#pragma once
#include <downhill/objective.hpp>

#include <string>
#include <vector>

namespace downhill {

/// Bounds on the variables of a loss: lower_i <= x_i <= upper_i.
struct Bounds {
  std::vector<double> lower;            ///< n; -inf where there is none
  std::vector<double> upper;            ///< n; inf where there is none; equal to the lower bound where x_i is fixed
  std::vector<std::string> names = {};  ///< what messages call the variables; n, or empty for `x[0]`, `x[1]`, …

  [[nodiscard]] std::string name(std::size_t i) const;
};

/// The same loss within bounds. It is never evaluated outside them, whatever method runs, so that it need not be defined there.
///
/// `minimize` moves a start outside the bounds onto them and says so in Result::warnings, leaves fixed variables out of the
/// search, takes the gradient as zero where only a bound keeps f from falling, and judges the last point among those that the
/// bounds allow. Methods that cannot keep to bounds are refused (docs/guide/bounds.md).
/// Throws ShapeError if there is not a lower and an upper bound, or not a name, for each variable; InputError for NaN, for a
/// lower bound above the upper one, and for bounds that leave no finite number.
///
///   Objective f = with_bounds(objective(2, {.value_and_gradient = rosenbrock}), {{-2, -2}, {0.5, 2}});
///   Result r = minimize(f, std::vector{-1.2, 1.0});      // r.x = {0.5, 0.25}, where the first bound is active
[[nodiscard]] Objective with_bounds(const Objective& objective, Bounds bounds);

}  // namespace downhill
