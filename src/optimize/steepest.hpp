#pragma once
#include <span>
#include <vector>

#include "optimize/walk.hpp"

/// Where to begin when nothing but the gradient is known.
namespace downhill::optimize {

/// -gradient / 2^e with its largest entry between 1 and 2, which changes no digit and keeps slopes from overflowing.
[[nodiscard]] std::vector<double> steepest_direction(std::span<const double> gradient);
/// The same in the place of the gradient.
void turn_to_steepest(std::span<double> gradient);

/// How far to go along a direction of which only the way is known, as a multiple of it: moves x by an eighth of its size. From x = 0
/// it would bring a positive f to 0 if f were straight; else it moves by an eighth. slope = gradient · direction.
[[nodiscard]] double first_step(const Walk& walk, std::span<const double> direction, double slope);

/// For each variable the power of two 2^u next below its length, the larger of |x_i| and the farthest it has been from its start: the unit
/// that makes it of the size of the others. Where the length is 0, or below 2^-60 of the largest, what the others say. The same for all where
/// the derivatives at the start differ less than their products with the lengths: then lengths are chance, not units.
[[nodiscard]] std::vector<int> unit_exponents(const Walk& walk);

/// The steepest direction with variable i measured in units 2^units[i], in the units of x: -4^units[i] g_i / 2^e. Other units of x give
/// the same points.
[[nodiscard]] std::vector<double> steepest_direction(std::span<const double> gradient, std::span<const int> units);

/// The same along such a direction, for methods that learn from every step how far to go: no variable moves by more than about a quarter of
/// its length.
[[nodiscard]] double first_step(const Walk& walk, std::span<const double> direction, double slope,
                                std::span<const int> units);

/// Whether a step that the slope foretells to lower f by -slope * step would be lost in the rounding of f.
[[nodiscard]] bool is_lost_in_rounding(const Walk& walk, double slope, double step);

}  // namespace downhill::optimize
