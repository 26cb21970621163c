#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Levenberg-Marquardt for sums of squared residuals r(x): minimises |r + J p| within a radius, variables scaled by the
/// largest column norms of J met so far. Without bounds a refused step is tried as that of dogleg within the same radius before the
/// radius is halved, and where f settles at a large value, the curvature that J leaves out is learnt from the gradients.
/// Needs residuals and their Jacobian, m x n. Cost per iteration: one Jacobian and O(m n²); a trial costs the residuals.
/// Reference: Levenberg, Quart. Appl. Math. 2 (1944) 164-168; Marquardt, J. SIAM 11 (1963) 431-441; Moré, LNM 630 (1978) 105-116.
struct LevenbergMarquardt {
  double initial_radius = 3;  ///< first radius, in units of the scaled norm of the start

  static constexpr std::string_view name = "levenberg_marquardt";
  static constexpr std::string_view doc = "damped Gauss-Newton steps for sums of squared residuals";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
