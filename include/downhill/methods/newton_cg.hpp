#pragma once
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/method.hpp>

#include <cstddef>

namespace downhill {

/// Truncated Newton: the Newton equations H p = -g are solved by conjugate gradients on Hessian-vector products until
/// |H p + g| <= min(forcing, sqrt(|g| / largest |g| so far)) |g|, then a line search follows p.
///
/// Where a direction d of negative curvature turns up, the step goes as far along it as the step before was long, and the line search
/// carries on while f falls. No n×n matrix is stored, so that any number of variables will do: where most entries of the Hessian are known to
/// be zero, the others are computed once a direction would need more products than they do, and give the rest of them. Where rounding or the
/// number of products then stops the iteration, later directions are whole Newton steps by sparse factors while the Hessian is positive
/// definite.
/// Variables of very different lengths are measured in these, powers of two, as in lbfgs. Otherwise, where rounding or the number of products
/// stops the iteration, up to 300 variables are from then on measured in units, powers of two, in which the entries of the Hessian are of one size; they are found anew at most every 8 iterations.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs second derivatives. Cost per iteration: the line search's trials, mostly one, and a few to n Hessian-vector products; a Hessian for
/// new units.
/// References: Dembo & Steihaug, Math. Programming 26 (1983) 190-212; Nocedal & Wright, Numerical Optimization, 2nd ed. 2006,
/// algorithm 7.1.
struct NewtonCg {
  double forcing = 0.5;      ///< residual at which the inner iteration may end, relative to the gradient, in (0, 1)
  std::size_t products = 0;  ///< Hessian-vector products per iteration at most; 0: 20 + 2 n, up to 1000
  LineSearch line_search = StrongWolfe{};

  static constexpr std::string_view name = "newton_cg";
  static constexpr std::string_view doc =
      "Newton's equations solved as far as needed by Hessian-vector products; for any size";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
