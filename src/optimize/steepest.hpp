#pragma once
#include <span>
#include <vector>

#include "optimize/walk.hpp"

/// Where to begin when nothing but the gradient is known.
namespace downhill::optimize {

/// -gradient / 2^e with its largest entry between 1 and 2, which changes no digit and keeps slopes from overflowing.
[[nodiscard]] std::vector<double> steepest_direction(std::span<const double> gradient);

/// How far to go along a direction of which only the way is known, as a multiple of it: moves x by an eighth of its size. From x = 0
/// it would bring a positive f to 0 if f were straight; else it moves by an eighth. slope = gradient · direction.
[[nodiscard]] double first_step(const Walk& walk, std::span<const double> direction, double slope);

/// Whether a step that the slope foretells to lower f by -slope * step would be lost in the rounding of f.
[[nodiscard]] bool is_lost_in_rounding(const Walk& walk, double slope, double step);

}  // namespace downhill::optimize
