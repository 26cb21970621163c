#include <downhill/method.hpp>
#include <downhill/problems.hpp>
#include <downhill/residual_loss.hpp>
#include <downhill/stop.hpp>

#include <nlohmann/json.hpp>

#include "app/json.hpp"
#include "app/server/endpoint.hpp"
#include "app/server/schemas.hpp"
#include "options/describe.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"

/// What there is to choose from; it never changes while the program runs.
namespace downhill::server {
namespace {

using nlohmann::ordered_json;

ordered_json problem_json(const TestProblem& problem) {
  const std::int64_t n = problem.dimensions.usual;
  ordered_json known = ordered_json::array();
  for (const KnownPoint& point : problem.known_points(n)) {
    if (point.x.size() > 100) continue;
    known.push_back(
        {{"kind", name(point.kind)}, {"value", app::json_number(point.value)}, {"x", app::json_numbers(point.x)}});
  }
  return {{"name", problem.name},
          {"family", name(problem.family)},
          {"doc", problem.doc},
          {"paper", problem.paper},
          {"notes", problem.notes},
          {"n", n},
          {"sizes", to_string(problem.dimensions)},
          {"known", known}};
}

}  // namespace

Reply list_methods(Context&, const Request&, const std::string&) {
  static const std::string body = [] {
    const ordered_json json{{"methods", schemas(Method::registry().declarations())},
                            {"stop", ordered_json::parse(options::schema(options::declaration<Stop>()))},
                            {"losses", schemas(ResidualLoss::registry().declarations())}};
    return json.dump();
  }();
  return {.body = body};
}

Reply list_problems(Context&, const Request&, const std::string&) {
  static const std::string body = [] {
    ordered_json list = ordered_json::array();
    for (const TestProblem& problem : test_problems()) list.push_back(problem_json(problem));
    return list.dump();
  }();
  return {.body = body};
}

}  // namespace downhill::server
