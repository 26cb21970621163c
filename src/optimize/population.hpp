#pragma once
#include <span>

#include "optimize/batch.hpp"
#include "optimize/search_lengths.hpp"

/// Populations of the global methods.
namespace downhill::optimize {

/// The walk's point and size - 1 points drawn evenly from the box of half sides `lengths` about it, evaluated; the walk moves to
/// the best one. reach: see drawn_about.
[[nodiscard]] Batch drawn_population(Walk& walk, std::size_t size, std::span<const double> lengths, Reach reach);

/// Whether all points are within `relative` of the best one, or their values cannot be told apart for rounding.
[[nodiscard]] bool has_come_together(const Batch& population, std::span<const double> lengths, double relative);

}  // namespace downhill::optimize
