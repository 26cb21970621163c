#pragma once
#include <span>
#include <vector>

/// The step that minimises a quadratic model within a ball, in the coordinates of the model's eigenvectors.
namespace downhill::optimize {

/// Minimises g·p + ½ Σ λ_k p_k² over |p| <= radius exactly, the hard case included (first such component taken positive).
///
/// curvatures  ascending eigenvalues λ; may be negative or zero
/// gradient    g in the same coordinates
/// radius      positive, or infinite when every curvature is positive
///
/// Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553-572: p_k = -g_k / (λ_k + shift) with shift >= max(0, -λ_0) such
/// that |p| = radius unless the unshifted step is inside. Cost: O(n) per iteration of the secular equation, of which there are few.
[[nodiscard]] std::vector<double> trust_region_step(std::span<const double> curvatures,
                                                    std::span<const double> gradient, double radius);

/// The eigenvalues, ascending, of an n×n matrix with those that cannot be told from zero, whatever their sign, raised to 4 n ε times the
/// largest: a curvature that is rounding error is no way down.
[[nodiscard]] std::vector<double> above_rounding(std::span<const double> eigenvalues);

}  // namespace downhill::optimize
