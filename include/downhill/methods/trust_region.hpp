#pragma once
#include <downhill/method.hpp>
#include <downhill/subproblem.hpp>

namespace downhill {

/// Steps that minimise the quadratic model within a radius, which grows where the model proves itself and shrinks where it does not.
///
/// With `exact` and `dogleg` variables are scaled by powers of two from the Hessian's diagonal, so that multiplying f by 2^k or any
/// x_i by 2^k_i gives the same iterates bit for bit; with `steihaug` and `gltr`, which see products alone, the radius is in units of
/// x, and f or all of x times 2^k gives the same iterates.
///
/// Needs second derivatives: Hessian-vector products for `steihaug` and `gltr`, the matrix for `exact` and `dogleg`.
/// References: Conn, Gould & Toint, Trust-Region Methods, SIAM 2000, algorithm 6.1.1; Nocedal & Wright, Numerical Optimization,
/// 2nd ed. 2006, algorithm 4.1.
struct TrustRegion {
  Subproblem subproblem = MoreSorensen{};
  double initial_radius =
      1;  ///< first radius, as a multiple of the length of x; of the step to the lowest point along -g from x = 0
  double shrink = 0.25;  ///< factor on the radius after a refused step, in (0, 1)
  double growth = 2;     ///< factor on the radius after a step the model foretold well, above 1

  static constexpr std::string_view name = "trust_region";
  static constexpr std::string_view doc = "steps to the minimum of the quadratic model within a radius";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
