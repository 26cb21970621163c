#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/loss.hpp"
#include "app/pictures/fits.hpp"
#include "app/pictures/reports.hpp"
#include "app/pictures/runs.hpp"
#include "app/pictures/subject.hpp"
#include "app/pictures/target.hpp"
#include "app/problem.hpp"
#include "app/report.hpp"
#include "app/solution.hpp"
#include "app/watch.hpp"
#include "options/registry.hpp"
#include "support/files.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

Result run(Objective& objective, const Problem& problem, const Method& method, const Arguments& arguments,
           const Terminal& terminal) {
  RunOptions options;
  options.seed = problem.seed;
  options.record = arguments.trace || arguments.plot ? Record::points : Record::nothing;
  options.resume = arguments.resume.value_or("");
  options.checkpoint.file = arguments.checkpoint.value_or(options.resume);
  options.label = [&](std::size_t i) { return problem.variables.label(i); };
  Watch watch(terminal, arguments.noise);
  watch.attach(options);
  Result result = minimize(objective, problem.variables.start(), method, problem.stop, options);
  if (arguments.trace) write_atomically("trace", *arguments.trace, trace_csv(problem.variables, result));
  warn(result.warnings, arguments, terminal);
  name_formulas(problem, result.diagnosis);
  return result;
}

// A trace that cannot be written is told before the run, not after it. The reader of a pipe hears once of it, at the end.
void begin_trace(const Arguments& arguments) {
  if (arguments.trace && !std::filesystem::is_fifo(*arguments.trace)) write_atomically("trace", *arguments.trace, "");
}

void say_choice(const Choice& chosen, const Arguments& arguments, const Terminal& terminal) {
  if (chosen.why.empty()) return;
  warn({fmt::format("method: {}, because {}", chosen.method.name(), chosen.why)}, arguments, terminal);
}

// A first point where f is not finite is bad input: nothing can be said about f from there.
int status_of(const Result& result) {
  if (result.reason == Reason::bad_start) return bad_input;
  return result.success ? success : no_success;
}

}  // namespace

void warn(const std::vector<std::string>& warnings, const Arguments& arguments, const Terminal& terminal) {
  if (arguments.noise == Noise::quiet) return;
  for (const std::string& warning : warnings) fmt::print(terminal.err, "{}\n", warning);
}

int minimize_formula(const Arguments& arguments, const Terminal& terminal) {
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  const Problem problem = read_problem(arguments);
  Objective objective = bounded_objective(problem, arguments.threads);
  const Choice chosen = choose_method(problem, objective);
  begin_trace(arguments);
  warn(problem.warnings, arguments, terminal);
  say_choice(chosen, arguments, terminal);
  const Result result = run(objective, problem, chosen.method, arguments, terminal);
  if (arguments.format == Output::json) {
    fmt::print(terminal.out, "{}\n", result_json(problem.variables, result).dump(2));
  } else {
    fmt::print(terminal.out, "{}", result_text(problem.variables, result, terminal));
  }
  if (plot && result.reason != Reason::bad_start) {
    landscape::Subject subject = subject_of(problem, objective, arguments.threads);
    draw_plot(*plot, picture_of_run(problem, subject, result), report_of_run(problem, result, arguments), terminal);
  }
  return status_of(result);
}

int fit_model(const Arguments& arguments, const Terminal& terminal) {
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  const Problem problem = read_problem(arguments);
  Objective objective = bounded_objective(problem, arguments.threads);
  const Choice chosen = choose_method(problem, objective);
  begin_trace(arguments);
  warn(problem.warnings, arguments, terminal);
  say_choice(chosen, arguments, terminal);
  Result result = run(objective, problem, chosen.method, arguments, terminal);
  const Fit fit = finish_fit(problem, objective, result, arguments.confidence, arguments.threads);
  if (arguments.format == Output::json) {
    nlohmann::ordered_json json = result_json(problem.variables, result);
    add_statistics(json, problem, fit.statistics, fit.intervals);
    fmt::print(terminal.out, "{}\n", json.dump(2));
  } else {
    fmt::print(terminal.out, "{}", fit_text(problem, result, fit.statistics, fit.intervals, terminal));
  }
  if (plot && result.reason != Reason::bad_start) {
    draw_plot(*plot, picture_of_fit(problem, result, fit.statistics, fit.intervals),
              report_of_fit(problem, result, fit.statistics, fit.intervals, arguments), terminal);
  }
  return status_of(result);
}

int compare_methods(const Arguments& arguments, const Terminal& terminal) {
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  const Problem problem = read_problem(arguments);
  const auto& registry = Method::registry();
  std::vector<Method> methods;
  if (arguments.methods) {
    methods = registry.parse_list(*arguments.methods);
  } else {
    for (const std::string_view name : registry.names()) methods.push_back(registry.parse(name));
  }
  Objective shared = bounded_objective(problem, arguments.threads);
  warn(problem.warnings, arguments, terminal);
  nlohmann::ordered_json runs = nlohmann::ordered_json::array();
  std::vector<std::vector<std::string>> rows{
      {"method", "value", "iterations", "evaluations", "time", "verdict", "reason"}};
  bool has_success = false;
  std::vector<Result> drawn;
  for (const Method& method : methods) {
    Objective objective(shared.source());
    Result result;
    try {
      result = run(objective, problem, method, arguments, terminal);
    } catch (const OptionError& error) {
      // Unasked for, a method that does not suit the problem is left out, and said so.
      if (arguments.methods) throw;
      warn({error.what()}, arguments, terminal);
      continue;
    }
    has_success = has_success || result.success;
    runs.push_back(result_json(problem.variables, result));
    rows.push_back({result.method, rounded(result.value, 10), std::to_string(result.iterations),
                    std::to_string(result.evaluations.value), duration(result.seconds.run),
                    std::string(name(result.verdict.kind)), std::string(name(result.reason))});
    if (plot) drawn.push_back(std::move(result));
  }
  if (arguments.format == Output::json) {
    fmt::print(terminal.out, "{}\n", nlohmann::ordered_json{{"runs", runs}}.dump(2));
  } else {
    fmt::print(terminal.out, "{}", columns(rows));
  }
  if (plot) {
    landscape::Subject subject = subject_of(problem, shared, arguments.threads);
    draw_plot(*plot, picture_of_comparison(problem, subject, drawn), report_of_comparison(problem, drawn, arguments),
              terminal);
  }
  return has_success ? success : no_success;
}

}  // namespace downhill::app
