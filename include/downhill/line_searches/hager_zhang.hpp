#pragma once
#include <downhill/line_search.hpp>

namespace downhill {

/// Until phi(t) <= phi(0) + sufficient_decrease * t * slope and phi'(t) >= curvature * slope, or, where f is lost in its rounding,
/// (2 * sufficient_decrease - 1) * slope >= phi'(t) >= curvature * slope; by double secant steps (Hager & Zhang, SIAM J.
/// Optim. 16 (2005) 170-192, and ACM Trans. Math. Software 32 (2006) 113-137).
struct HagerZhang {
  double sufficient_decrease = 0.1;  ///< in (0, 0.5), at most `curvature`
  double curvature = 0.9;            ///< in (0, 1)
  double expansion = 5;              ///< factor on the step while the slope stays negative, above 1
  double contraction = 0.66;         ///< bisects when a round shortens the bracket by less, in (0, 1)

  static constexpr std::string_view name = "hager_zhang";
  static constexpr std::string_view doc = "until f falls enough and the slope has risen, by double secant steps";
  static std::vector<options::Field> fields();
  void check() const;
};

}  // namespace downhill
