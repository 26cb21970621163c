#pragma once
#include <downhill/verdict.hpp>

#include <span>
#include <vector>

#include "optimize/curvature.hpp"
#include "optimize/rays.hpp"
#include "optimize/walk.hpp"

/// Whether f falls for ever, seen from where a run has come to. What is found gives the verdict its direction.
namespace downhill::optimize {

/// From the start to here: n.
[[nodiscard]] std::vector<double> way_come(const Walk& walk);

/// The parts of that along each of the first directions in which f is level to second order.
[[nodiscard]] std::vector<std::vector<double>> flat_ways(const Walk& walk, const Curvature& curvature);

/// Along the next step or the way come so far, from here on.
[[nodiscard]] Fall look_far(Walk& walk, const Curvature& curvature, Verdict& verdict);

/// Whether some variable has come a million times as far as the start was long: nobody starts a fit that far away.
[[nodiscard]] bool has_run_far(const Walk& walk);

/// From the start on along the way come so far, where nothing is left of f here: at a point beyond the numbers' range of a loss that keeps
/// falling, as x = 800 for exp(-x), or so far off that rounding hides the slope.
[[nodiscard]] Fall look_back(Walk& walk, const Curvature& curvature, std::span<const double> gradient,
                             Verdict& verdict);

/// Gives the verdict a direction, of length one.
void take_unit_direction(Verdict& verdict, std::span<const double> direction);

}  // namespace downhill::optimize
