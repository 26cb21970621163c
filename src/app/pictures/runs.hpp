#pragma once
#include <downhill/landscape.hpp>

#include <span>
#include <string>

#include "app/problem.hpp"
#include "landscape/figure.hpp"

/// Pictures of runs whose points were recorded.
namespace downhill::app {

/// One variable: the curve with the end of the run; two: the landscape with the path; more: the plane of the path's principal directions,
/// or where it has none that of the extreme curvatures. Beside it value and gradient by iteration.
[[nodiscard]] landscape::Figure picture_of_run(const Problem& problem, landscape::Subject& subject,
                                               const Result& result);

/// The values of all runs by iteration and, in the plane of the best run, their paths.
[[nodiscard]] landscape::Figure picture_of_comparison(const Problem& problem, landscape::Subject& subject,
                                                      std::span<const Result> results);

/// A formula, or what names the problem, short enough for a title.
[[nodiscard]] std::string title_of(const Problem& problem);

}  // namespace downhill::app
