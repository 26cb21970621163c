#pragma once
#include <downhill/method.hpp>

namespace downhill {

/// Newton's method: steps to the minimum of the quadratic model, x - H⁻¹ g, within a region where the model has proved itself.
///
/// While the Hessian is positive definite and the model holds, steps are plain Newton steps. After a refused step, or where
/// curvature is negative, the step minimises the model within a radius that grows and shrinks with the model's success
/// (Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553-572), so that negative curvature is followed downwards.
/// Variables are scaled by powers of two from the Hessian's diagonal: multiplying f by 2^k or any x_i by 2^k_i gives the
/// same iterates bit for bit.
///
/// Needs second derivatives. Cost per iteration: one Hessian and O(n³); where most entries of the Hessian are known to be zero the products
/// that give the others and a few sparse factorisations, for any number of variables.
struct Newton {
  double shrink = 0.25;  ///< factor on the radius after a refused step, in (0, 1)
  double growth = 2;     ///< factor on the radius after a step the model foretold well, above 1

  static constexpr std::string_view name = "newton";
  static constexpr std::string_view doc =
      "steps to the minimum of the quadratic model; leaves saddles along negative curvature";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
