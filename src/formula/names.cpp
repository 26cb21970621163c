#include "formula/names.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "formula/functions.hpp"
#include "support/spelling.hpp"

namespace downhill::formula {
namespace {

std::string suggestion(std::string_view near) { return near.empty() ? "" : fmt::format("did you mean '{}'?", near); }

// Which assigned names each statement needs.
std::map<std::string, std::vector<std::string>, std::less<>> needs(const Program& program) {
  std::map<std::string, std::vector<std::string>, std::less<>> result;
  for (const Statement& statement : program.statements) {
    if (!statement.name.empty()) result[statement.name];
  }
  std::size_t next = 0;
  for (const Statement& statement : program.statements) {
    for (; next <= statement.value; ++next) {
      const Expression& expression = program.expressions[next];
      if (expression.kind != Expression::Kind::name || statement.name.empty()) continue;
      if (result.contains(expression.name)) result[statement.name].push_back(expression.name);
    }
  }
  return result;
}

// A way from `name` back to itself along what is needed, or nothing. Depth first, each name visited once.
std::vector<std::string> cycle(const Program& program, const std::string& name) {
  const auto graph = needs(program);
  std::map<std::string, std::string> parent;
  std::vector<std::string> open{name};
  while (!open.empty()) {
    const std::string from = open.back();
    open.pop_back();
    const auto found = graph.find(from);
    if (found == graph.end()) continue;
    for (const std::string& to : found->second) {
      if (to == name) {
        std::vector<std::string> way{name};
        for (std::string at = from; at != name; at = parent[at]) way.push_back(at);
        way.push_back(name);
        std::reverse(way.begin(), way.end());
        return way;
      }
      if (parent.emplace(to, from).second) open.push_back(to);
    }
  }
  return {};
}

}  // namespace

void refuse_name(const Program& program, const Expression& expression, const std::vector<std::string>& known) {
  const Source& source = program.source;
  const std::string& name = expression.name;
  const bool is_assigned = std::any_of(program.statements.begin(), program.statements.end(),
                                       [&](const Statement& statement) { return statement.name == name; });
  if (is_assigned) {
    const auto way = cycle(program, name);
    if (way.size() == 2) fail(source, expression.position, fmt::format("'{}' needs its own value", name));
    if (!way.empty()) {
      fail(source, expression.position, fmt::format("assignments go in a circle: {}", fmt::join(way, " needs ")));
    }
    fail(source, expression.position, fmt::format("'{}' is used before it is assigned", name));
  }
  if (const Function* function = find_function(name)) {
    fail(source, expression.position,
         fmt::format("'{}' is a function: expected {}({})", name, name, function->parameters));
  }
  std::vector<std::string_view> candidates(known.begin(), known.end());
  const std::string what = known.empty() ? fmt::format("unknown name '{}'", name)
                                         : fmt::format("unknown name '{}' (known: {})", name, fmt::join(known, ", "));
  fail(source, expression.position, what, suggestion(nearest(name, candidates)));
}

void refuse_function(const Program& program, const Expression& expression, bool is_variable) {
  const std::string& name = expression.name;
  if (is_variable) {
    fail(program.source, expression.position, fmt::format("'{}' is a value, not a function", name),
         fmt::format("write {}[0] for an element, {}*(...) for a product", name, name));
  }
  // Names of other libraries, and of Python, that mean one of ours.
  static const std::map<std::string, std::string, std::less<>> elsewhere{{"concat", "concatenate"},
                                                                         {"power", "pow"},
                                                                         {"absolute", "abs"},
                                                                         {"fabs", "abs"},
                                                                         {"ln", "log"},
                                                                         {"arcsin", "asin"},
                                                                         {"arccos", "acos"},
                                                                         {"arctan", "atan"},
                                                                         {"arctan2", "atan2"},
                                                                         {"arcsinh", "asinh"},
                                                                         {"arccosh", "acosh"},
                                                                         {"arctanh", "atanh"},
                                                                         {"gammaln", "lgamma"},
                                                                         {"loggamma", "lgamma"},
                                                                         {"psi", "digamma"},
                                                                         {"take", "gather"},
                                                                         {"cumulative_sum", "cumsum"},
                                                                         {"identity", "eye"},
                                                                         {"permute_dims", "transpose"},
                                                                         {"repeat", "tile"},
                                                                         {"log_sum_exp", "logsumexp"},
                                                                         {"expit", "logistic"},
                                                                         {"product", "prod"},
                                                                         {"average", "mean"},
                                                                         {"vecdot", "dot"}};
  std::string near;
  if (const auto found = elsewhere.find(name); found != elsewhere.end()) {
    near = found->second;
  } else {
    std::vector<std::string_view> candidates;
    for (const Function& function : functions()) candidates.push_back(function.name);
    near = nearest(name, candidates);
  }
  if (!near.empty())
    fail(program.source, expression.position, fmt::format("unknown function '{}'", name), suggestion(near));
  std::vector<std::string_view> all;
  for (const Function& function : functions()) all.push_back(function.name);
  fail(program.source, expression.position, fmt::format("unknown function '{}'", name),
       fmt::format("known: {}", fmt::join(all, ", ")));
}

}  // namespace downhill::formula
