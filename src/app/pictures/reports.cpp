#include "app/pictures/reports.hpp"

#include <fmt/format.h>
#include <downhill/method.hpp>

#include <algorithm>
#include <cmath>

#include "app/pictures/runs.hpp"
#include "app/report.hpp"
#include "options/fields.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

constexpr std::size_t most_variables = 24;

std::string evaluations(const EvaluationCounts& counts) {
  std::string text = fmt::format("{} values", counts.value);
  if (counts.gradient > 0) text += fmt::format(", {} gradients", counts.gradient);
  if (counts.hessian > 0) text += fmt::format(", {} Hessians", counts.hessian);
  if (counts.hessian_vector > 0) text += fmt::format(", {} Hessian products", counts.hessian_vector);
  if (counts.jacobian > 0) text += fmt::format(", {} Jacobians", counts.jacobian);
  return text;
}

std::string point(const FlatVariables& variables, std::span<const double> x) {
  std::string text;
  const std::size_t shown = std::min(x.size(), most_variables);
  for (std::size_t i = 0; i < shown; ++i) {
    text += fmt::format("{}{} = {}", i == 0 ? "" : ", ", variables.label(i), rounded(x[i], 10));
  }
  if (shown < x.size()) text += fmt::format(", ... {} more", x.size() - shown);
  return text;
}

void add_evidence(Report& report, const Problem& problem, const Result& result) {
  auto& rows = report.findings;
  const Verdict& verdict = result.verdict;
  rows.emplace_back("point", point(problem.variables, result.x));
  rows.emplace_back("value", rounded(result.value, 12));
  rows.emplace_back("verdict", fmt::format("{}: {}", name(verdict.kind), verdict.explanation));
  if (verdict.global) rows.emplace_back("global", "proved: no other point is lower");
  rows.emplace_back("gradient",
                    std::isnan(verdict.gradient_rounding)
                        ? fmt::format("{} (Euclidean norm)", rounded(result.gradient_norm, 4))
                        : fmt::format("{} (Euclidean norm), of which about {} may be rounding",
                                      rounded(result.gradient_norm, 4), rounded(verdict.gradient_rounding, 2)));
  if (!std::isnan(verdict.smallest_eigenvalue)) {
    rows.emplace_back("curvature",
                      fmt::format("eigenvalues of the Hessian from {} to {}, good to about {}",
                                  rounded(verdict.smallest_eigenvalue, 6), rounded(verdict.largest_eigenvalue, 6),
                                  rounded(verdict.eigenvalue_rounding, 2)));
  }
  for (const ActiveBound& bound : verdict.active_bounds) {
    rows.emplace_back("bound", fmt::format("{} is held at its {} bound {}", problem.variables.label(bound.variable),
                                           name(bound.side), rounded(bound.bound, 10)));
  }
  rows.emplace_back("why it ended", result.message);
  if (result.theory) rows.emplace_back("theory", result.theory->explanation);
  for (const Finding& finding : result.diagnosis) rows.emplace_back("diagnosis", finding.what + "; " + finding.advice);
  rows.emplace_back("evaluations", evaluations(result.evaluations));
  rows.emplace_back("time", fmt::format("trace {}, compile {}, run {}", duration(result.seconds.trace),
                                        duration(result.seconds.compile), duration(result.seconds.run)));
}

std::string in_words(const Result& result) {
  const std::string method = result.method.substr(0, result.method.find('('));
  return fmt::format("After {} iteration{}, {} ended at f = {}: {}", result.iterations,
                     result.iterations == 1 ? "" : "s", method, rounded(result.value, 8), result.verdict.explanation);
}

}  // namespace

Report report_of(const Problem& problem, const Arguments& arguments) {
  Report report{.title = title_of(problem), .sentence = {}, .command = {}};
  if (!arguments.words.empty()) report.command = shell_line(arguments.words);
  report.sentence =
      fmt::format("A loss of {} variable{}.", problem.variables.size(), problem.variables.size() == 1 ? "" : "s");
  report.settings.emplace_back("start", point(problem.variables, problem.variables.start()));
  return report;
}

Report report_of_run(const Problem& problem, const Result& result, const Arguments& arguments) {
  Report report = report_of(problem, arguments);
  report.sentence = in_words(result);
  add_evidence(report, problem, result);
  report.settings.emplace_back("method", parse_method(result.method).text(options::Detail::all));
  const std::string stop = options::print(problem.stop);
  report.settings.emplace_back("stop", stop == Stop::name ? "as usual: see downhill methods" : stop);
  report.settings.emplace_back("seed", std::to_string(problem.seed));
  return report;
}

Report report_of_fit(const Problem& problem, const Result& result, const FitStatistics& statistics,
                     const FitIntervals& intervals, const Arguments& arguments) {
  Report report = report_of_run(problem, result, arguments);
  std::vector<std::pair<std::string, std::string>> parameters;
  for (std::size_t i = 0; i < std::min(result.x.size(), most_variables); ++i) {
    parameters.emplace_back(problem.variables.label(i),
                            fmt::format("{}, standard error {}, {:g} % interval {} to {}", rounded(result.x[i], 10),
                                        rounded(statistics.standard_errors[i], 4), 100 * intervals.level,
                                        rounded(intervals.low[i], 6), rounded(intervals.high[i], 6)));
  }
  parameters.emplace_back("residual standard deviation", fmt::format("{} with {} degrees of freedom",
                                                                     rounded(statistics.residual_standard_deviation, 8),
                                                                     statistics.degrees_of_freedom));
  parameters.insert(parameters.end(), report.findings.begin() + 1, report.findings.end());
  report.findings = std::move(parameters);
  report.settings.emplace_back("loss", problem.loss.text());
  return report;
}

Report report_of_comparison(const Problem& problem, std::span<const Result> results, const Arguments& arguments) {
  Report report = report_of(problem, arguments);
  const auto best = std::ranges::min_element(results, {}, &Result::value);
  if (best != results.end()) report.sentence = "The lowest of all: " + in_words(*best);
  for (const Result& result : results) {
    report.findings.emplace_back(
        result.method, fmt::format("f = {}, {}, after {} iterations and {} values in {}", rounded(result.value, 10),
                                   name(result.verdict.kind), result.iterations, result.evaluations.value,
                                   duration(result.seconds.run)));
  }
  return report;
}

}  // namespace downhill::app
