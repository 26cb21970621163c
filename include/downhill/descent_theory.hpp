#pragma once
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>

namespace downhill {

/// What theory promises for descent with a fixed rate γ, x - γ gradient(x), on what was measured along the path of one run.
///
/// With curvatures between μ and L:
///   f convex, γ <= 1/L:      f(x_t) - f* <= ‖x_0 - x*‖² / (2 γ t)
///   and μ > 0:               ‖x_t - x*‖² <= (1 - γ μ)^t ‖x_0 - x*‖²
///   f convex, γ < 2/L:       f falls in every step by at least γ (1 - γ L / 2) ‖gradient‖²
///   curvature above 2/γ everywhere on the way: every step overshoots by more than the one before
/// References: Garrigos & Gower, Handbook of Convergence Theorems for (Stochastic) Gradient Methods (2023), theorems 3.4 and 3.6;
/// Nesterov, Lectures on Convex Optimization, 2nd ed. 2018, section 2.1.5. See docs/guide/convergence.md.
struct DescentTheory {
  static constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

  /// How the curvatures were measured.
  enum class Measure : std::uint8_t {
    hessians,   ///< extreme eigenvalues of the Hessian at points of the path
    gradients,  ///< ‖Δg‖/‖Δx‖ and ΔgᵀΔx/‖Δx‖² over the steps of the path: L is at least, μ at most that
  };
  /// What is known of convexity.
  enum class Premise : std::uint8_t {
    proved,    ///< the loss is convex, by the rules of composition
    measured,  ///< no curvature measured on the path is negative
    fails,     ///< some are
  };
  enum class Bound : std::uint8_t { none, sublinear, linear };
  enum class Outlook : std::uint8_t {
    converges,     ///< γ <= 1/L
    falls,         ///< 1/L < γ <= 2/L: f falls in every step, without a bound of this kind
    may_rise,      ///< γ > 2/L for a curvature met on the way, but not for all
    diverges,      ///< γ > 2/L everywhere on the way
    not_promised,  ///< the premises fail
  };

  double learning_rate = 0;
  Measure measure = Measure::hessians;
  std::size_t points = 0;  ///< points, or steps, where curvatures were measured; those with f above the start's apart
  double largest_curvature = unknown;   ///< L
  double smallest_curvature = unknown;  ///< μ
  Premise convex = Premise::fails;
  Outlook outlook = Outlook::not_promised;
  Bound bound = Bound::none;
  /// The last recorded iteration where both sides of the bound can be told; promised is its right side there, observed its left.
  std::uint64_t iteration = 0;
  double promised = unknown;
  double observed = unknown;
  bool holds = false;              ///< whether the bound held at every recorded iteration
  double promised_rate = unknown;  ///< 1 - γ μ, the factor on ‖x - x*‖² in each step; NaN without a linear bound
  double observed_rate = unknown;  ///< that factor as it was over the second half of the run, from the gradients
  double largest_rate = unknown;   ///< 2/L: no larger one can work
  double rate_to_try = unknown;    ///< 1/L
  std::string explanation;         ///< all this in words
};

/// "hessians", "proved", "sublinear", "converges", …
[[nodiscard]] std::string_view name(DescentTheory::Measure measure);
[[nodiscard]] std::string_view name(DescentTheory::Premise premise);
[[nodiscard]] std::string_view name(DescentTheory::Bound bound);
[[nodiscard]] std::string_view name(DescentTheory::Outlook outlook);

}  // namespace downhill
