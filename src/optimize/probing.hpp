#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Looking for a lower point where second derivatives say nothing.
namespace downhill::optimize {

/// The longest of the variables' lengths, each in its unit of the curvature; 1 where there is none.
[[nodiscard]] double longest_in_units(const Curvature& curvature, std::span<const double> lengths);

/// Tries ± each doubtful direction, their pair sums and differences (of the first 12) and 32 directions drawn from a fixed seed,
/// at distances from 2^-20 to 1 times the length of x.
///
/// A point counts as lower if f falls by more than the remaining slope explains and more than rounding: a convex f never
/// shows one. Returns the lowest of the nearest distance that shows any, carried on by doubling while f keeps falling.
/// lengths: n, a length for each variable. Cost: at most about 6 * (2 * directions) values, in batches.
[[nodiscard]] std::optional<Point> lower_point_nearby(Walk& walk, const Curvature& curvature,
                                                      std::span<const double> gradient,
                                                      std::span<const double> lengths);

/// Leaves a saddle or maximum along the curvature's downward direction: on the side the slope says, on the side where the
/// first component that is not negligible is positive if it says nothing. Doubles or halves the step until f no longer falls.
/// Returns nothing if no point is lower.
[[nodiscard]] std::optional<Point> escape(Walk& walk, const Curvature& curvature, std::span<const double> gradient);

/// A point that is lower by more than rounding, where a method finds none although the gradient is not zero: along negative curvature, or,
/// if up to 8 departures have been made so far, around a point with doubtful curvatures.
[[nodiscard]] std::optional<Point> way_down(Walk& walk, const Curvature& curvature, std::span<const double> gradient,
                                            std::uint64_t departures);

/// One Newton step at a point whose curvatures are all positive beyond doubt, or zero within rounding, and then not along these: what is left
/// to do where the values of f no longer tell points apart. Returns nothing unless it at least halves the scaled gradient and f does not rise by more than rounding.
[[nodiscard]] std::optional<Point> last_newton_step(Walk& walk, const Curvature& curvature,
                                                    std::span<const double> gradient);

/// The end of the whole Newton step from what looks like a strict minimum, where it is longer than `tolerance` of x and f is notably lower there:
/// an estimate of the gradient's rounding error may have hidden it.
[[nodiscard]] std::optional<Point> closer_point(Walk& walk, const Curvature& curvature, double tolerance);

}  // namespace downhill::optimize
