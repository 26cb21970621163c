#pragma once
#include <downhill/result.hpp>

#include "app/intervals.hpp"
#include "app/problem.hpp"
#include "app/statistics.hpp"
#include "landscape/figure.hpp"

namespace downhill::app {

/// Data, fitted curve and its confidence band, residuals, and how the run converged where its trace was recorded.
///
/// Over the column of the right side of the model where there is one only, and then the curve is drawn between the data too; else over
/// the rows of the data. A model whose left side varies with the parameters has residuals only.
[[nodiscard]] landscape::Figure picture_of_fit(const Problem& problem, const Result& result,
                                               const FitStatistics& statistics, const FitIntervals& intervals);

}  // namespace downhill::app
