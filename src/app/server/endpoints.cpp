#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "app/server/bodies.hpp"
#include "app/server/endpoint.hpp"
#include "app/server/training/bodies.hpp"
#include "options/describe.hpp"
#include "options/fields.hpp"

namespace downhill::server {
namespace {

using nlohmann::ordered_json;

template <options::Configurable T>
const options::Declaration* body() {
  return &options::declaration<T>();
}

Reply document(Context&, const Request&, const std::string&) { return {.body = openapi()}; }

ordered_json reply_of(const Endpoint& endpoint) {
  return {{"description", endpoint.reply_doc},
          {"content", {{endpoint.reply_type, {{"schema", ordered_json::object()}}}}}};
}

ordered_json operation(const Endpoint& endpoint) {
  ordered_json result{{"summary", endpoint.doc}};
  ordered_json parameters = ordered_json::array();
  if (endpoint.path.find("{run}") != endpoint.path.npos) {
    parameters.push_back({{"name", "run"}, {"in", "path"}, {"required", true}, {"schema", {{"type", "string"}}}});
  }
  if (endpoint.method != "GET") {
    parameters.push_back({{"name", "X-Downhill-Token"},
                          {"in", "header"},
                          {"required", true},
                          {"description", "stands in the page, in meta[name=downhill-token]"},
                          {"schema", {{"type", "string"}}}});
  }
  if (!parameters.empty()) result["parameters"] = std::move(parameters);
  if (endpoint.body != nullptr) {
    result["requestBody"] = {
        {"required", true},
        {"content", {{"application/json", {{"schema", ordered_json::parse(options::schema(*endpoint.body()))}}}}}};
  }
  result["responses"] = {{"200", reply_of(endpoint)}, {"default", {{"$ref", "#/components/responses/error"}}}};
  return result;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

}  // namespace

const std::vector<Endpoint>& endpoints() {
  static const std::vector<Endpoint> list{
      {"GET", "/api/openapi.json", "This document", nullptr, "application/json", "OpenAPI 3.1", document},
      {"GET", "/api/methods", "The methods with their options, and when runs stop", nullptr, "application/json",
       "JSON schemas by group: methods, stop, losses", list_methods},
      {"GET", "/api/problems", "The problems of the library", nullptr, "application/json",
       "name, family, doc, n, start and known points of each", list_problems},
      {"POST", "/api/describe", "What is known of a loss before anything runs", body<Describe>, "application/json",
       "variables, start, bounds, shape of the loss, the method that suits it and why", describe},
      {"POST", "/api/evaluate", "Value, gradient and curvatures at a point", body<LookAt>, "application/json",
       "value, gradient, eigenvalues and eigenvectors of the Hessian", evaluate},
      {"POST", "/api/check", "The gradient at a point against finite differences", body<LookAt>, "application/json",
       "whether they agree, and each coordinate", check_gradient_at},
      {"POST", "/api/grid", "Values over a plane, or along a line", body<Grid>, "application/octet-stream",
       "rows * columns little-endian doubles, the bottom row first", evaluate_grid},
      {"POST", "/api/runs", "Starts a run", body<Start>, "application/json", "its name, as `run`", start_run},
      {"GET", "/api/runs/{run}", "The result of a run", nullptr, "application/json",
       "what `downhill minimize --json` prints, once the run is over", run_result},
      {"GET", "/api/runs/{run}/events", "Follows a run; Last-Event-ID goes on where a stream broke", nullptr,
       "text/event-stream",
       "events `points` with arrays [iteration, value, gradient norm, first, second], of training [steps, loss, "
       "learning rate, seconds] with `setup`, `state`, `epoch`, `look` and `landscape` between them, then one `end` "
       "with the result or `failed` with a message",
       run_events},
      {"DELETE", "/api/runs/{run}", "Asks a run to stop", nullptr, "application/json", "nothing", stop_run},
      {"GET", "/api/learning", "What there is to train with", nullptr, "application/json",
       "the schema of a training run, and by group: models, losses, rules, methods, data", list_learning},
      {"POST", "/api/trainings", "Starts a training run", body<StartTraining>, "application/json",
       "its name, as `run`; it is followed, stopped and asked for its result as every run", start_training},
      {"GET", "/api/trainings", "The training runs of the server, and those it follows", nullptr, "application/json",
       "what is trained, its state, and its name as `run`", list_trainings},
      {"POST", "/api/runs/{run}/pause", "Asks a training run to wait after its present step", nullptr,
       "application/json", "nothing", pause_run},
      {"POST", "/api/runs/{run}/resume", "Lets it go on", nullptr, "application/json", "nothing", resume_run},
      {"GET", "/api/runs/{run}/checkpoint", "The state of a training run, to go on from", nullptr,
       "application/octet-stream", "what `downhill train --resume`, `predict` and `landscape --trained` read",
       run_checkpoint},
      {"POST", "/api/export", "A set-up as a command line, as Python and as C++", body<Start>, "application/json",
       "texts: command, python, cpp; or why_no_cpp", export_setup},
  };
  return list;
}

std::string openapi() {
  ordered_json paths = ordered_json::object();
  for (const Endpoint& endpoint : endpoints()) {
    paths[std::string(endpoint.path)][lower(endpoint.method)] = operation(endpoint);
  }
  const ordered_json error{{"type", "object"},
                           {"properties", {{"status", {{"type", "integer"}}}, {"message", {{"type", "string"}}}}},
                           {"required", {"status", "message"}}};
  const ordered_json document{{"openapi", "3.1.0"},
                              {"info", {{"title", "downhill serve"}, {"version", "1"}}},
                              {"paths", paths},
                              {"components",
                               {{"responses",
                                 {{"error",
                                   {{"description", "What is wrong, in one message"},
                                    {"content", {{"application/json", {{"schema", error}}}}}}}}}}}};
  return document.dump(2);
}

}  // namespace downhill::server
