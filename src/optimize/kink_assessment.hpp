#pragma once
#include "optimize/assessment.hpp"

namespace downhill::optimize {

/// The second-derivative test for a loss with L1 terms, at the present point of a walk that knows their kinks.
///
/// The point is stationary if its shortest subgradient is zero. Variables off the kinks are free: f is smooth in them, and they are
/// assessed as those of any loss, the others held. One that rests on a kink holds for certain if f rises to both sides of it beyond
/// rounding (strict complementarity); where it does not, the curvature along it decides as well.
/// Cost: that of `assess` for the free variables, four gradients, a Hessian-vector product.
[[nodiscard]] Assessment assess_on_kinks(Walk& walk, const Question& question);

/// Moves the walk onto kinks it has all but reached, where f does not rise by it: a method that knows nothing of kinks ends near them.
/// Returns whether it moved. Cost: a gradient and a value.
bool settle_on_kinks(Walk& walk);

}  // namespace downhill::optimize
