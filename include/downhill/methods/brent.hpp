#pragma once
#include <downhill/method.hpp>

#include <optional>

namespace downhill {

/// Brent's method for one variable: three points that bracket a minimum, closed in by parabolas, safeguarded by golden sections.
///
/// The bracket is found from the start by steps that double, downhill. Refuses more than one variable.
///
/// Needs values alone. Cost per iteration: one value.
/// Reference: Brent, Algorithms for Minimization without Derivatives (1973), ch. 5, procedure localmin.
struct Brent {
  std::optional<double> step = {};  ///< first step of the bracket, in units of x; none: a tenth of |x|
  double smallest_step = 1e-9;      ///< ends when x is known to within this times the larger of |x| and the first step

  static constexpr std::string_view name = "brent";
  static constexpr std::string_view doc = "one variable: a bracket closed in by parabolas and golden sections";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
