#pragma once
#include <downhill/result.hpp>

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/intervals.hpp"
#include "app/problem.hpp"
#include "app/statistics.hpp"
#include "app/terminal.hpp"

/// Results as text for people and as JSON for programs.
namespace downhill::app {

/// The object that design of the command line promises: x by variable, value, reason, verdict, counts, seconds.
[[nodiscard]] nlohmann::ordered_json result_json(const FlatVariables& variables, const Result& result);
/// Adds what docs/guide/fits.md lists: loss, standard errors and intervals by variable, covariance, null space, curve.
void add_statistics(nlohmann::ordered_json& json, const Problem& problem, const FitStatistics& statistics,
                    const FitIntervals& intervals);

/// A sentence that says what was found, then a table.
[[nodiscard]] std::string result_text(const FlatVariables& variables, const Result& result, const Terminal& terminal);
/// The same for a fit: parameters with standard errors and intervals.
[[nodiscard]] std::string fit_text(const Problem& problem, const Result& result, const FitStatistics& statistics,
                                   const FitIntervals& intervals, const Terminal& terminal);

/// Iterations as CSV: iteration, value, gradient_norm, step, evaluations, seconds, and each coordinate of x.
[[nodiscard]] std::string trace_csv(const FlatVariables& variables, const Result& result);

/// `0.39 ms`, `2.5 s`.
[[nodiscard]] std::string duration(double seconds);

/// Lines of two blanks and columns padded to one width; the first column to the left, others to the right.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& rows);

}  // namespace downhill::app
