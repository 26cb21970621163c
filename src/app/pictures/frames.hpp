#pragma once
#include <downhill/landscape.hpp>

#include <optional>
#include <span>
#include <vector>

#include "app/pictures/landscape_arguments.hpp"
#include "app/problem.hpp"

namespace downhill::app {

/// The line or plane that was asked for, through x, the end of the path. Where nothing was asked for: the axes of one or two variables, else
/// the principal directions of the path, and the directions of extreme curvature where it has none.
/// Throws InputError and OptionError for what there is not.
[[nodiscard]] landscape::Frame frame_of(const LandscapeArguments& arguments, const Problem& problem,
                                        landscape::Subject& subject, std::span<const TracePoint> path,
                                        std::span<const double> x);

/// The ranges of --window, one a direction of the frame; those that show the path where none are given.
[[nodiscard]] std::vector<landscape::Window> windows_of(const LandscapeArguments& arguments,
                                                        const landscape::Frame& frame,
                                                        std::span<const landscape::Position> path,
                                                        const Bounds* bounds);

/// Of one array whose elements begin at `offset`: the slices of its last axis from two axes on, as the columns of a matrix; else all of it.
void add_filters(const Shape& shape, std::size_t offset, std::vector<landscape::Filter>& filters);

/// Columns of matrices and whole arrays of other ranks: what random directions scale together.
[[nodiscard]] std::vector<landscape::Filter> filters_of(const FlatVariables& variables);

}  // namespace downhill::app
