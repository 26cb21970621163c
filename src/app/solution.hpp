#pragma once
#include <downhill/objective.hpp>
#include <downhill/result.hpp>

#include <optional>
#include <vector>

#include "app/intervals.hpp"
#include "app/problem.hpp"
#include "app/statistics.hpp"

/// What surrounds a run whoever asks for it, the command line or the page: its objective before, and after it what a fit says.
namespace downhill::app {

/// The objective of a problem within its bounds. `threads`: of native code.
[[nodiscard]] Objective bounded_objective(const Problem& problem, std::optional<int> threads = {});

/// Adds to findings of where f is not finite the part of the formula that is not.
void name_formulas(const Problem& problem, std::vector<Finding>& diagnosis);

struct Fit {
  FitStatistics statistics;
  FitIntervals intervals;
};

/// Brings the solution of a successful fit to its last digits, those at a bound left there, and says what it tells of the parameters.
/// confidence: level of the intervals, in (0, 1).
[[nodiscard]] Fit finish_fit(const Problem& problem, Objective& objective, Result& result, double confidence,
                             std::optional<int> threads = {});

}  // namespace downhill::app
