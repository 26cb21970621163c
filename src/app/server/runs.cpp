#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/loss.hpp"
#include "app/report.hpp"
#include "app/server/bodies.hpp"
#include "app/server/endpoint.hpp"
#include "app/server/read_body.hpp"
#include "app/solution.hpp"
#include "options/fields.hpp"

/// Runs as the page asks for them.
namespace downhill::server {
namespace {

using nlohmann::ordered_json;

constexpr double confidence = 0.95;
constexpr std::string_view stream_type = "text/event-stream";

std::string text_of(const ordered_json& json) {
  return json.dump(-1, ' ', false, ordered_json::error_handler_t::replace);
}

// The data of a fit beside its curve, so that they can be drawn.
ordered_json columns_of(const app::Problem& problem) {
  ordered_json columns = ordered_json::object();
  for (const formula::Binding& column : problem.data) columns[column.name] = app::json_numbers(column.value.values());
  return columns;
}

ordered_json minimise(const app::Problem& problem, const Start& body, Descent& run) {
  Objective objective = app::bounded_objective(problem);
  const Choice choice = app::choose_method(problem, objective);
  const auto first = static_cast<std::size_t>(body.first);
  const auto second = static_cast<std::size_t>(body.second);
  RunOptions options;
  options.seed = problem.seed;
  options.stop = run.stop_token();
  options.label = [&](std::size_t i) { return problem.variables.label(i); };
  options.callback = [&](const Progress& progress) {
    run.add({.iteration = progress.iteration,
             .value = progress.value,
             .gradient_norm = progress.gradient_norm,
             .first = progress.x[first],
             .second = second < progress.x.size() ? progress.x[second] : 0});
    return Continue::yes;
  };
  Result result = minimize(objective, problem.variables.start(), choice.method, problem.stop, options);
  app::name_formulas(problem, result.diagnosis);
  std::optional<app::Fit> fit;
  if (is_fit(problem)) fit = app::finish_fit(problem, objective, result, confidence);
  ordered_json json = app::result_json(problem.variables, result);
  json["why"] = choice.why;
  json["point"] = app::json_numbers(result.x);
  json["warnings"] = result.warnings;
  if (fit) {
    app::add_statistics(json, problem, fit->statistics, fit->intervals);
    json["columns"] = columns_of(problem);
  }
  return json;
}

std::size_t events_seen(const std::string& id) {
  std::size_t seen = 0;
  const auto read = std::from_chars(id.data(), id.data() + id.size(), seen);
  return read.ec == std::errc() && read.ptr == id.data() + id.size() ? seen : 0;
}

}  // namespace

Reply start_run(Context& context, const Request& request, const std::string&) {
  const auto body = read_body<Start>(request.body);
  auto problem = std::make_shared<app::Problem>(read_setup(body.setup, context.limits));
  const auto n = static_cast<std::int64_t>(problem->variables.size());
  if (body.first >= n || (n > 1 && body.second >= n)) {
    throw InputError(fmt::format("start: coordinates {} and {} of {} variables", body.first, body.second, n));
  }
  if (body.method != "auto" && !body.method.empty()) problem->method = parse_method(body.method).text();
  if (!body.stop.empty()) problem->stop = options::parse_arguments<Stop>(body.stop);
  problem->stop.max_seconds = std::min(problem->stop.max_seconds, context.limits.run_seconds);
  problem->seed = static_cast<std::uint64_t>(body.seed);
  const auto work = [problem, body](Descent& run) {
    finish(run, [&] { return text_of(minimise(*problem, body, run)); });
  };
  const auto run = context.runs.start<Descent>(work);
  return {.status = 201, .body = text_of({{"run", run->name()}})};
}

Reply run_events(Context& context, const Request& request, const std::string& part) {
  const auto run = context.runs.find(part);
  Reply reply{.type = std::string(stream_type)};
  reply.stream = [run, seen = events_seen(request.last_event)](std::chrono::milliseconds most) mutable {
    return run->events(seen, most);
  };
  return reply;
}

Reply run_result(Context& context, const Request&, const std::string& part) {
  const std::string result = context.runs.find(part)->result();
  if (result.empty()) throw Refusal(409, "runs: it goes on: follow its events");
  return {.body = result};
}

Reply stop_run(Context& context, const Request&, const std::string& part) {
  context.runs.find(part)->cancel();
  return {.body = "{}"};
}

}  // namespace downhill::server
