#pragma once
#include <downhill/objective.hpp>

#include <span>
#include <vector>

/// The last digits of a least-squares fit.
namespace downhill::app {

/// Gauss-Newton steps from the solution `x` of a fit, each by an orthogonal factorisation of the scaled Jacobian, while every step
/// is shorter than nine tenths of the one before and the value does not grow beyond rounding. A method that judges by the sum of
/// squares stops when that is flat to rounding, where x has half the digits; the length of the step sees further.
/// Returns the refined x, or `x` where steps do not shrink. Cost: one Jacobian a step, at most 60.
/// Reference: Björck, Numerical Methods for Least Squares Problems, SIAM 1996, 9.2.
[[nodiscard]] std::vector<double> refine_fit(Objective& objective, std::span<const double> x);

}  // namespace downhill::app
