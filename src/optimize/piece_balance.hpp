#pragma once
#include "optimize/piece_model.hpp"
#include "optimize/piece_step.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Combines the cuts of `found` that lie no more than `height` below f anew, so that the combination of their gradients with those of
/// bounds is as short as can be in units of the steepest slopes: where curvatures differ by many orders of magnitude, the model's own
/// combination is short only in its units. Keeps what was found where that is no longer. Cost: that of a small quadratic program, a Hessian.
void balance(const Walk& walk, PieceModel& model, double height, PieceStep& found);

}  // namespace downhill::optimize
