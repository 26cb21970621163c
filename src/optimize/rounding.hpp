#pragma once
#include <downhill/objective.hpp>

#include <span>
#include <vector>

#include "optimize/box.hpp"

/// How exact derivatives are, measured rather than assumed.
namespace downhill::optimize {

/// x with every coordinate moved by one or two units in its last place, up or down by a fixed pattern; `variant` 0, 1, … gives different ones.
/// At a bound a coordinate moves inwards.
[[nodiscard]] std::vector<double> nudged(std::span<const double> x, unsigned variant, const Box& box);

/// The rounding error to expect in each component of the gradient at x: what rounding x itself does, 4 ε Σ_j |H_ij x_j|, or
/// what nudging x does to the computed gradient, whichever is larger. hessian: n*n, or empty if it is not known.
[[nodiscard]] std::vector<double> gradient_rounding(Objective& objective, std::span<const double> x,
                                                    std::span<const double> gradient, std::span<const double> hessian);

}  // namespace downhill::optimize
