#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Newton's method within bounds: steps to the minimum of the quadratic model over the box, within a region where it has proved itself.
///
/// The model is minimised over one face of the box after another, from a Cauchy point on the projected gradient; each face is solved
/// exactly, and negative curvature followed, so that the last steps are plain Newton steps on the face of the solution. Variables are
/// scaled by powers of two from the Hessian's diagonal: multiplying f by 2^k or any x_i by 2^k_i gives the same iterates bit for bit.
///
/// Needs second derivatives. Keeps to bounds. Cost per iteration: one Hessian and O(n³) for each face.
/// Reference: Lin & Moré, SIAM J. Optim. 9 (1999) 1100-1127 (TRON); Bertsekas, SIAM J. Control Optim. 20 (1982) 221-246.
struct ProjectedNewton {
  double shrink = 0.25;  ///< factor on the radius after a refused step, in (0, 1)
  double growth = 2;     ///< factor on the radius after a step the model foretold well, above 1

  static constexpr std::string_view name = "projected_newton";
  static constexpr std::string_view doc = "newton within bounds; leaves saddles along negative curvature";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
