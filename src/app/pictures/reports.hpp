#pragma once
#include <downhill/result.hpp>

#include <span>

#include "app/arguments.hpp"
#include "app/intervals.hpp"
#include "app/pictures/html.hpp"
#include "app/problem.hpp"
#include "app/statistics.hpp"

/// What reports say beside their pictures.
namespace downhill::app {

/// The problem and how it was asked for.
[[nodiscard]] Report report_of(const Problem& problem, const Arguments& arguments);
/// What was found, with its evidence; the method with all its options.
[[nodiscard]] Report report_of_run(const Problem& problem, const Result& result, const Arguments& arguments);
/// The same, and the parameters with their intervals.
[[nodiscard]] Report report_of_fit(const Problem& problem, const Result& result, const FitStatistics& statistics,
                                   const FitIntervals& intervals, const Arguments& arguments);
/// A line for each method.
[[nodiscard]] Report report_of_comparison(const Problem& problem, std::span<const Result> results,
                                          const Arguments& arguments);

}  // namespace downhill::app
