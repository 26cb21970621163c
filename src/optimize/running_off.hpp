#pragma once
#include <downhill/result.hpp>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Ends that only look like ends: f falls along a valley that is bent, or across which rounding of x hides how it goes on.
namespace downhill::optimize {

/// Withdraws the success of a run that has ended undecided, or at a kink, where f goes on falling: a run that begins as far beyond the end as
/// the walk has come, and another twice as far, both come to lower values, by more than rounding, without coming back. A lower minimum out
/// there is no such sign, nor is it that both come down to one value far below.
/// curvature: at the end; of one direction in which f is level the way follows the part along it.
/// Cost: two runs of the method chosen for the loss, each of at most about as many evaluations as the walk.
void withdraw_if_running_off(Walk& walk, const Curvature& curvature, Result& result);

}  // namespace downhill::optimize
