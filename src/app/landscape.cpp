#include <downhill/landscape.hpp>

#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <nlohmann/json.hpp>
#include <optional>

#include "app/commands.hpp"
#include "app/loss.hpp"
#include "app/pictures/frames.hpp"
#include "app/pictures/networks.hpp"
#include "app/pictures/reports.hpp"
#include "app/pictures/runs.hpp"
#include "app/pictures/seen.hpp"
#include "app/pictures/subject.hpp"
#include "app/pictures/target.hpp"
#include "app/problem.hpp"
#include "app/report.hpp"
#include "app/solution.hpp"
#include "app/watch.hpp"

namespace downhill::app {
namespace {

using nlohmann::ordered_json;

// The run whose path is drawn; with --method none there is none, and the landscape is that around the start.
std::optional<Result> run_of(const Problem& problem, Objective& objective, const Arguments& arguments,
                             const Terminal& terminal) {
  if (problem.method == "none") return std::nullopt;
  RunOptions options;
  options.seed = problem.seed;
  options.record = Record::points;
  options.label = [&](std::size_t i) { return problem.variables.label(i); };
  Watch watch(terminal, arguments.noise);
  watch.attach(options);
  const Method method = choose_method(problem, objective).method;
  Result result = minimize(objective, problem.variables.start(), method, problem.stop, options);
  if (result.reason == Reason::bad_start) throw InputError(result.message);
  return result;
}

Seen look(const Problem& problem, landscape::Subject& subject, std::optional<Result> run, const Arguments& arguments) {
  Seen seen;
  seen.run = std::move(run);
  const std::vector<double>& x = seen.run ? seen.run->x : problem.variables.start();
  std::vector<TracePoint> here(1);
  here[0].x = x;
  const std::span<const TracePoint> trace = seen.run ? seen.run->trace : here;
  const landscape::Frame frame = frame_of(arguments.landscape, problem, subject, trace, x);
  seen.path = landscape::project(frame, trace);
  const auto windows = windows_of(arguments.landscape, frame, seen.path, subject.objective.bounds());
  landscape::GridOptions grid{.columns = arguments.landscape.points, .rows = arguments.landscape.points};
  if (frame.directions.size() == 2) {
    seen.plane = landscape::plane(subject, frame, windows[0], windows[1], grid, &seen.cost);
  } else {
    grid.columns = std::max<std::size_t>(grid.columns, 401);
    seen.line = landscape::line(subject, frame, windows[0], grid, &seen.cost);
  }
  if (arguments.landscape.slice) {
    if (!seen.run) throw InputError("slice: there is no iteration without a run: leave out --method none");
    seen.slice = landscape::search_slice(subject, seen.run->trace, *arguments.landscape.slice);
  }
  try {
    seen.spectrum = landscape::spectrum(subject.objective, x);
  } catch (const OptionError&) {  // no second derivatives there
  }
  return seen;
}

}  // namespace

int draw_landscape(const Arguments& arguments, const Terminal& terminal) {
  const std::optional<PlotTarget> plot = plot_target(arguments.plot);
  if (arguments.landscape.trained) return draw_network(arguments, plot, terminal);
  if (arguments.problem.empty()) {
    throw InputError("landscape: there is nothing to draw: give a formula, a problem file, or --trained FILE");
  }
  const Problem problem = read_problem(arguments);
  warn(problem.warnings, arguments, terminal);
  Objective objective = bounded_objective(problem, arguments.threads);
  std::optional<Result> run = run_of(problem, objective, arguments, terminal);
  landscape::Subject subject = subject_of(problem, objective, arguments.threads);
  const Seen seen = look(problem, subject, std::move(run), arguments);
  if (arguments.format == Output::json) {
    ordered_json json = json_of(seen);
    json["result"] = seen.run ? result_json(problem.variables, *seen.run) : ordered_json(nullptr);
    fmt::print(terminal.out, "{}\n", json.dump(2));
  } else {
    fmt::print(terminal.out, "{}", text_of(seen));
  }
  if (plot) {
    Report report = seen.run ? report_of_run(problem, *seen.run, arguments) : report_of(problem, arguments);
    draw_plot(*plot, picture_of(title_of(problem), seen), report, terminal);
  }
  return success;
}

}  // namespace downhill::app
