#pragma once
#include <downhill/method.hpp>

#include <cstddef>

namespace downhill {

/// Orthant-wise L-BFGS for a loss g(x) + h(x) with g smooth and h the sum of its terms w |x_i - c|.
///
/// The direction is that of L-BFGS, with the pairs of g, at the shortest subgradient of f, over the variables that do not rest on a
/// kink; no variable goes beyond a kink in one step, and one that would stays on it exactly. Where that direction brings no lower
/// point, the components that point uphill are left out, as in the paper. The step doubles or is halved until it satisfies
///   f(x + s) <= f(x) + sufficient_decrease * subgradientᵀs   and   slope >= curvature * slope before.
/// Multiplying f, or all of x, by 2^k gives the same iterates bit for bit. Without such terms it is L-BFGS.
///
/// Needs first derivatives of a loss that is smooth, or smooth but for such terms. Cost per iteration: the trials, mostly one, and
/// 4 n memory operations.
/// References: Andrew & Gao, Scalable training of L1-regularized log-linear models, ICML 2007; Byrd, Chin, Nocedal & Oztoprak,
/// Math. Programming 157 (2016) 375-396, for the subspace.
struct OwlQn {
  std::size_t memory = 10;            ///< steps remembered, at least 1
  double sufficient_decrease = 1e-4;  ///< in (0, 0.5)
  double curvature = 0.9;             ///< in (0, 1), above sufficient_decrease

  static constexpr std::string_view name = "owl_qn";
  static constexpr std::string_view doc = "L-BFGS that stops at the kinks of L1 terms; for any size";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
