#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Powell's dogleg for sums of squared residuals r(x): along the gradient to the lowest point of |r + J p|², then straight to the
/// Gauss-Newton step, as far as the radius; variables scaled by the largest column norms of J met so far.
///
/// Where J is rank-deficient the Gauss-Newton step is the shortest one, by a singular value decomposition. Where it is nearly so, the
/// way goes through the steps of lower rank instead if the model is lower there.
/// Needs residuals and their Jacobian, m x n. Cost per iteration: one Jacobian and O(m n²); a refused step costs O(n²).
/// References: Powell, in Numerical Methods for Nonlinear Algebraic Equations, ed. Rabinowitz (1970) 87-114; Madsen, Nielsen &
/// Tingleff, Methods for Non-Linear Least Squares Problems, 2nd ed. 2004, section 3.3.
struct Dogleg {
  double initial_radius = 10;  ///< first radius, in units of the scaled norm of the start

  static constexpr std::string_view name = "dogleg";
  static constexpr std::string_view doc =
      "between the gradient and the Gauss-Newton step, for sums of squared residuals";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
