#include <fmt/format.h>
#include <downhill/problems.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/json.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using nlohmann::ordered_json;

std::string overview() {
  std::size_t name_width = 0;
  std::size_t size_width = 0;
  for (const TestProblem& problem : test_problems()) {
    name_width = std::max(name_width, problem.name.size());
    size_width = std::max(size_width, to_string(problem.dimensions).size());
  }
  std::string text;
  std::string_view family;
  for (const TestProblem& problem : test_problems()) {
    if (name(problem.family) != family) {
      family = name(problem.family);
      text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", family);
    }
    text += fmt::format("  {:<{}}  {:<{}}  {}\n", problem.name, name_width, to_string(problem.dimensions), size_width,
                        problem.doc);
  }
  return text +
         "\ndownhill minimize problem:NAME [--n N] starts from the standard start; downhill problems NAME tells "
         "more.\n";
}

std::string page(const TestProblem& problem) {
  const std::int64_t n = problem.dimensions.usual;
  std::string text = fmt::format("{}: {}\n", problem.name, problem.doc);
  if (!problem.alias.empty()) text += fmt::format("  also       {}\n", problem.alias);
  text += fmt::format("  family     {}\n  published  {}\n", name(problem.family), problem.paper);
  text += fmt::format("  n          {}{}\n", to_string(problem.dimensions),
                      problem.dimensions.is_fixed() ? "" : fmt::format("; {} unless given", n));
  if (!problem.notes.empty()) text += fmt::format("  note       {}\n", problem.notes);
  for (const KnownPoint& point : problem.known_points(n)) {
    text += fmt::format("  {:<15} f = {}", name(point.kind), shortest(point.value));
    if (!point.x.empty() && point.x.size() <= 6) text += " at " + to_string(Array(point.x));
    text += "\n";
  }
  return text;
}

ordered_json known_json(const TestProblem& problem) {
  ordered_json list = ordered_json::array();
  for (const KnownPoint& point : problem.known_points(problem.dimensions.usual)) {
    ordered_json one{{"kind", name(point.kind)}, {"value", json_number(point.value)}};
    if (!point.x.empty()) one["x"] = json_numbers(point.x);
    list.push_back(std::move(one));
  }
  return list;
}

ordered_json problem_json(const TestProblem& problem) {
  return {{"name", problem.name},
          {"alias", problem.alias},
          {"family", name(problem.family)},
          {"doc", problem.doc},
          {"paper", problem.paper},
          {"notes", problem.notes},
          {"n", problem.dimensions.usual},
          {"sizes", to_string(problem.dimensions)},
          {"least_squares", static_cast<bool>(problem.residuals)},
          {"known", known_json(problem)}};
}

}  // namespace

int list_problems(const Arguments& arguments, const Terminal& terminal) {
  const bool is_list = arguments.problem.empty();
  if (arguments.format == Output::people) {
    fmt::print(terminal.out, "{}", is_list ? overview() : page(test_problem(arguments.problem)));
    return success;
  }
  ordered_json json = ordered_json::array();
  if (is_list) {
    for (const TestProblem& problem : test_problems()) json.push_back(problem_json(problem));
  } else {
    json = problem_json(test_problem(arguments.problem));
  }
  fmt::print(terminal.out, "{}\n", json.dump(2));
  return success;
}

}  // namespace downhill::app
