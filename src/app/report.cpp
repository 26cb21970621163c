#include "app/report.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/null_space.hpp"
#include "app/theory.hpp"
#include "support/numbers.hpp"

namespace downhill::app {

using nlohmann::ordered_json;

namespace {

constexpr std::size_t most_shown = 12;  // elements of one variable

ordered_json by_variable(const FlatVariables& variables, std::span<const double> flat) {
  ordered_json result = ordered_json::object();
  for (std::size_t i = 0; i < variables.count(); ++i) {
    result[variables.name(i)] = json_array(variables.part(i, flat), variables.shape(i).lengths());
  }
  return result;
}

ordered_json verdict_json(const Verdict& verdict) {
  ordered_json json;
  json["kind"] = name(verdict.kind);
  json["smallest_eigenvalue"] = json_number(verdict.smallest_eigenvalue);
  json["largest_eigenvalue"] = json_number(verdict.largest_eigenvalue);
  json["negative_directions"] =
      verdict.negative_directions ? ordered_json(*verdict.negative_directions) : ordered_json(nullptr);
  json["direction"] = json_numbers(verdict.direction);
  json["global"] = verdict.global;
  json["explanation"] = verdict.explanation;
  return json;
}

ordered_json diagnosis_json(const FlatVariables& variables, const std::vector<Finding>& diagnosis) {
  ordered_json result = ordered_json::array();
  for (const Finding& finding : diagnosis) {
    ordered_json names = ordered_json::array();
    for (const std::size_t i : finding.coordinates) names.push_back(variables.label(i));
    ordered_json evidence = ordered_json::object();
    for (const Finding::Evidence& number : finding.evidence) evidence[number.name] = json_number(number.value);
    result.push_back(
        {{"kind", name(finding.kind)},
         {"variables", names},
         {"evidence", evidence},
         {"what", finding.what},
         {"advice", finding.advice},
         {"point", finding.point.empty() ? ordered_json(nullptr) : by_variable(variables, finding.point)}});
  }
  return result;
}

ordered_json active_bounds_json(const FlatVariables& variables, const std::vector<ActiveBound>& active) {
  ordered_json result = ordered_json::array();
  for (const ActiveBound& bound : active) {
    result.push_back({{"variable", variables.label(bound.variable)},
                      {"side", name(bound.side)},
                      {"bound", json_number(bound.bound)},
                      {"multiplier", json_number(bound.multiplier)}});
  }
  return result;
}

std::string_view found(Verdict::Kind kind) {
  switch (kind) {
    case Verdict::Kind::strict_minimum: return "found a strict minimum";
    case Verdict::Kind::saddle: return "ended on a saddle";
    case Verdict::Kind::maximum: return "ended on a maximum";
    case Verdict::Kind::undecided: return "found a stationary point that second derivatives do not decide";
    case Verdict::Kind::unattained: return "followed f towards a value that it does not reach";
    case Verdict::Kind::unbounded: return "found that f has no lower bound";
    case Verdict::Kind::not_stationary: return "stopped short of a stationary point";
  }
  return "ended";
}

std::string plural(std::uint64_t count, std::string_view thing) {
  return fmt::format("{} {}{}", count, thing, count == 1 ? "" : "s");
}

// "newton found a strict minimum, f = 0, after 14 iterations (0.4 ms)."
std::string sentence(const Result& result, std::string_view what, const Terminal& terminal) {
  const Color color = result.success                                         ? Color::green
                      : result.verdict.kind == Verdict::Kind::not_stationary ? Color::red
                                                                             : Color::yellow;
  const std::string method = result.method.substr(0, result.method.find('('));
  return fmt::format("{} {}: {} = {} after {} in {}\n", method, terminal.paint(color, found(result.verdict.kind)), what,
                     rounded(result.value, 10), plural(result.iterations, "iteration"), duration(result.seconds.run));
}

std::string evaluations(const EvaluationCounts& counts) {
  std::string text = plural(counts.value, "value");
  const auto add = [&](std::uint64_t count, std::string_view thing) {
    if (count > 0) text += ", " + plural(count, thing);
  };
  add(counts.gradient, "gradient");
  add(counts.hessian_vector, "Hessian product");
  add(counts.hessian, "Hessian");
  add(counts.residuals, "residual");
  add(counts.jacobian, "Jacobian");
  return text;
}

// The end of `newton: stopped after 23 iterations: the gradient is small enough (1e-18 <= 1e-10)`: the table has the rest.
std::string reason_of(const Result& result) {
  std::string_view text = result.message;
  for (int i = 0; i < 2; ++i) {
    const auto colon = text.find(": ");
    if (colon != text.npos) text.remove_prefix(colon + 2);
  }
  return std::string(text);
}

// The lines below the table: why it ended and what kind of point it is.
std::string evidence(const Result& result) {
  std::string text;
  text += fmt::format("  gradient     {} (Euclidean norm)\n", rounded(result.gradient_norm, 3));
  if (!std::isnan(result.verdict.smallest_eigenvalue)) {
    text += fmt::format("  curvature    {} to {}\n", rounded(result.verdict.smallest_eigenvalue, 4),
                        rounded(result.verdict.largest_eigenvalue, 4));
  }
  text += fmt::format("  verdict      {}: {}\n", name(result.verdict.kind), result.verdict.explanation);
  text += fmt::format("  reason       {}: {}\n", name(result.reason), reason_of(result));
  if (result.theory) {
    text += fmt::format("  theory       {}: {}\n", name(result.theory->outlook), result.theory->explanation);
  }
  for (const Finding& finding : result.diagnosis) {
    text += fmt::format("  diagnosis    {}: {}\n               {}\n", name(finding.kind), finding.what, finding.advice);
  }
  text += fmt::format("  method       {}\n", result.method);
  text += fmt::format("  evaluations  {}\n", evaluations(result.evaluations));
  text += fmt::format("  time         trace {}, compile {}, run {}\n", duration(result.seconds.trace),
                      duration(result.seconds.compile), duration(result.seconds.run));
  return text;
}

std::vector<std::vector<std::string>> variable_rows(const FlatVariables& variables,
                                                    const std::vector<std::span<const double>>& numbers, int digits) {
  std::vector<std::vector<std::string>> rows;
  std::size_t offset = 0;
  for (std::size_t i = 0; i < variables.count(); ++i) {
    const std::size_t size = variables.part(i, numbers[0]).size();
    const std::size_t shown = size > most_shown ? most_shown - 2 : size;
    for (std::size_t k = 0; k < shown; ++k) {
      std::vector<std::string> row{variables.label(offset + k)};
      for (std::size_t j = 0; j < numbers.size(); ++j)
        row.push_back(rounded(numbers[j][offset + k], j == 0 ? digits : 6));
      rows.push_back(std::move(row));
    }
    if (shown < size) rows.push_back({fmt::format("... {} more of {}", size - shown, variables.name(i))});
    offset += size;
  }
  return rows;
}

}  // namespace

std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t j = 0; j < row.size(); ++j) {
      if (row.size() > 1) widths[j] = std::max(widths[j], row[j].size());
    }
  }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t j = 0; j < row.size(); ++j)
      line += j == 0 ? fmt::format("  {:<{}}", row[j], widths[j]) : fmt::format("  {:>{}}", row[j], widths[j]);
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

std::string duration(double seconds) {
  if (seconds < 1e-3) return fmt::format("{:.3g} us", seconds * 1e6);
  if (seconds < 1) return fmt::format("{:.3g} ms", seconds * 1e3);
  return fmt::format("{:.3g} s", seconds);
}

ordered_json result_json(const FlatVariables& variables, const Result& result) {
  ordered_json json;
  json["x"] = by_variable(variables, result.x);
  json["value"] = json_number(result.value);
  json["gradient_norm"] = json_number(result.gradient_norm);
  json["success"] = result.success;
  json["reason"] = name(result.reason);
  json["message"] = result.message;
  json["verdict"] = verdict_json(result.verdict);
  json["active_bounds"] = active_bounds_json(variables, result.verdict.active_bounds);
  json["diagnosis"] = diagnosis_json(variables, result.diagnosis);
  if (result.theory) json["theory"] = theory_json(*result.theory);
  json["method"] = result.method;
  json["iterations"] = result.iterations;
  json["evaluations"] = {{"value", result.evaluations.value},
                         {"gradient", result.evaluations.gradient},
                         {"hessian_vector", result.evaluations.hessian_vector},
                         {"hessian", result.evaluations.hessian},
                         {"residuals", result.evaluations.residuals},
                         {"jacobian", result.evaluations.jacobian}};
  json["seconds"] = {{"trace", json_number(result.seconds.trace)},
                     {"compile", json_number(result.seconds.compile)},
                     {"run", json_number(result.seconds.run)}};
  return json;
}

namespace {

// [low, high] in the place of each number.
ordered_json intervals_json(const FlatVariables& variables, const FitIntervals& intervals) {
  ordered_json result = ordered_json::object();
  for (std::size_t i = 0; i < variables.count(); ++i) {
    const auto low = variables.part(i, intervals.low), high = variables.part(i, intervals.high);
    std::vector<double> pairs;
    for (std::size_t k = 0; k < low.size(); ++k) pairs.insert(pairs.end(), {low[k], high[k]});
    std::vector<std::int64_t> lengths(variables.shape(i).lengths().begin(), variables.shape(i).lengths().end());
    lengths.push_back(2);
    result[variables.name(i)] = json_array(pairs, lengths);
  }
  return result;
}

std::vector<std::string> null_space_sentences(const FlatVariables& variables, const FitStatistics& statistics) {
  std::vector<std::string> result;
  for (const UndeterminedParameters& group : statistics.undetermined) {
    result.push_back(sentence(group, [&](std::size_t i) { return variables.label(i); }));
  }
  return result;
}

std::vector<std::string> held_names(const FlatVariables& variables, const FitStatistics& statistics) {
  std::vector<std::string> result;
  for (const std::size_t i : statistics.held) result.push_back(variables.label(i));
  return result;
}

ordered_json null_space_json(const FlatVariables& variables, const FitStatistics& statistics) {
  ordered_json directions = ordered_json::array();
  for (const std::vector<double>& direction : statistics.null_space) {
    directions.push_back(by_variable(variables, direction));
  }
  return {{"directions", directions}, {"explanation", null_space_sentences(variables, statistics)}};
}

}  // namespace

void add_statistics(ordered_json& json, const Problem& problem, const FitStatistics& statistics,
                    const FitIntervals& intervals) {
  const FlatVariables& variables = problem.variables;
  json["loss"] = problem.loss.text();
  json["standard_errors"] = by_variable(variables, statistics.standard_errors);
  json["confidence_level"] = intervals.level;
  json["confidence_intervals"] = intervals_json(variables, intervals);
  json["covariance"] = json_matrix(statistics.covariance, variables.size());
  json["residual_sum_of_squares"] = json_number(statistics.residual_sum_of_squares);
  json["residual_standard_deviation"] = json_number(statistics.residual_standard_deviation);
  json["degrees_of_freedom"] = statistics.degrees_of_freedom;
  json["rank"] = statistics.rank;
  json["held"] = held_names(variables, statistics);
  json["null_space"] = null_space_json(variables, statistics);
  json["curve"] = nullptr;
  if (intervals.curve) {
    json["curve"] = {{"values", json_numbers(intervals.curve->values)},
                     {"confidence", json_numbers(intervals.curve->confidence)},
                     {"prediction", json_numbers(intervals.curve->prediction)}};
  }
}

std::string result_text(const FlatVariables& variables, const Result& result, const Terminal& terminal) {
  return sentence(result, "f", terminal) + "\n" + columns(variable_rows(variables, {result.x}, 17)) + "\n" +
         evidence(result);
}

std::string fit_text(const Problem& problem, const Result& result, const FitStatistics& statistics,
                     const FitIntervals& intervals, const Terminal& terminal) {
  const FlatVariables& variables = problem.variables;
  auto rows = variable_rows(variables, {result.x, statistics.standard_errors, intervals.low, intervals.high}, 12);
  const std::string level = fmt::format("{:g} %", 100 * intervals.level);
  rows.insert(rows.begin(), {"parameter", "estimate", "standard error", level + " from", "to"});
  const std::string what = is_squared(problem.loss) ? "residual sum of squares" : problem.loss.text() + " loss";
  std::string text = sentence(result, what, terminal) + "\n" + columns(rows) + "\n";
  text +=
      fmt::format("  residual standard deviation {} with {} of freedom\n",
                  rounded(statistics.residual_standard_deviation, 10), plural(statistics.degrees_of_freedom, "degree"));
  if (!statistics.held.empty()) {
    text +=
        fmt::format("  held at a bound: {}; the standard errors of the others are for {} held there\n",
                    fmt::join(held_names(variables, statistics), ", "), statistics.held.size() == 1 ? "it" : "them");
  }
  for (const std::string& line : null_space_sentences(variables, statistics)) text += fmt::format("  {}\n", line);
  return text + "\n" + evidence(result);
}

std::string trace_csv(const FlatVariables& variables, const Result& result) {
  std::string text = "iteration,value,gradient_norm,step,evaluations,seconds";
  for (std::size_t k = 0; k < variables.size(); ++k) {
    const std::string label = variables.label(k);
    text += label.find(',') == std::string::npos ? "," + label : ",\"" + label + "\"";
  }
  text += "\n";
  for (const TracePoint& point : result.trace) {
    text += fmt::format("{},{},{},{},{},{}", point.iteration, shortest(point.value), shortest(point.gradient_norm),
                        shortest(point.step), point.evaluations, shortest(point.seconds));
    for (const double x : point.x) text += "," + shortest(x);
    text += "\n";
  }
  return text;
}

}  // namespace downhill::app
