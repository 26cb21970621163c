#pragma once
#include <downhill/line_searches/more_thuente.hpp>
#include <downhill/method.hpp>

namespace downhill {

/// Gauss-Newton for sums of squared residuals r(x): a line search along the shortest p that minimises |r + J p|, variables scaled by
/// the largest column norms of J met so far.
///
/// Singular values below `rank_tolerance` times the largest count as 0, and p has nothing along their vectors. Where a search fails, or
/// p is nearly orthogonal to the gradient, the smallest ones left are taken away one after the other, down to the last.
/// Needs residuals and their Jacobian, m x n. Cost per iteration: one Jacobian, O(m n²) and the line search's trials, mostly one.
/// References: Björck, Numerical Methods for Least Squares Problems, SIAM 1996, 9.2; Nocedal & Wright, Numerical Optimization,
/// 2nd ed. 2006, section 10.3.
struct GaussNewton {
  double rank_tolerance = 1e-10;  ///< smallest singular value of the scaled J that counts, relative to the largest
  LineSearch line_search = MoreThuente{};

  static constexpr std::string_view name = "gauss_newton";
  static constexpr std::string_view doc = "a line search along the Gauss-Newton step, for sums of squared residuals";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
