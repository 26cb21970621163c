#pragma once
#include <downhill/method.hpp>

#include <cstddef>

namespace downhill {

/// The spectral projected gradient method: towards P(x - t g), P the projection on the bounds, with the t of the secant equation for
/// the step before, sᵀs / sᵀy.
///
/// f may rise, but not above the largest of the last `history` values: the step d = P(x - t g) - x is shortened until
/// f(x + a d) <= max f_{k-j} + sufficient_decrease a gᵀd. Where f curves down along the last step, t is as long as that step.
/// Without bounds it is barzilai_borwein. Multiplying f, or all of x, by 2^k gives the same iterates bit for bit.
///
/// Needs first derivatives. Keeps to bounds. Cost per iteration: mostly one value and gradient.
/// Reference: Birgin, Martínez & Raydan, SIAM J. Optim. 10 (2000) 1196-1211, algorithm SPG2.
struct ProjectedGradient {
  std::size_t history = 10;           ///< values that f must stay below, at least 1
  double sufficient_decrease = 1e-4;  ///< in (0, 0.5)

  static constexpr std::string_view name = "projected_gradient";
  static constexpr std::string_view doc = "spectral steps against the gradient, projected on the bounds; for any size";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
