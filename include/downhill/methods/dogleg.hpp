#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Double dogleg for sums of squared residuals r(x): along the gradient to the lowest point of |r + J p|², then straight to the
/// Gauss-Newton step made shorter, then along it, as far as the radius; variables scaled by the largest column norms of J so far.
/// A refused step is tried as that of levenberg_marquardt within the same radius before the radius is halved. Where f settles at a
/// large value, the curvature that J leaves out is learnt from the gradients. Where J is rank-deficient the Gauss-Newton step is the
/// shortest one.
/// Needs residuals and their Jacobian, m x n. Cost per iteration: one Jacobian and O(m n²); a trial costs the residuals.
/// References: Dennis & Mei, J. Optim. Theory Appl. 28 (1979) 453-482; Dennis, Gay & Welsch, ACM TOMS 7 (1981) 348-368 (the
/// curvature); Moré, LNM 630 (1978) 105-116 (the scaling).
struct Dogleg {
  double initial_radius = 10;  ///< first radius, in units of the scaled norm of the start

  static constexpr std::string_view name = "dogleg";
  static constexpr std::string_view doc =
      "between the gradient and the Gauss-Newton step, for sums of squared residuals";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
