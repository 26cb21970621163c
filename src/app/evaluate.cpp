#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/gradient_check.hpp>

#include <nlohmann/json.hpp>

#include "app/commands.hpp"
#include "app/gradient_report.hpp"
#include "app/json.hpp"
#include "app/loss.hpp"
#include "app/problem.hpp"
#include "app/report.hpp"
#include "support/numbers.hpp"

namespace downhill::app {
namespace {

using nlohmann::ordered_json;

constexpr double most_hessian_bytes = 8e9;

// Derivatives of order 0, 1 and 2 at the start, as far as asked for.
struct Evaluation {
  double value = 0;
  std::vector<double> gradient;
  std::vector<double> hessian;
};

Evaluation evaluate(Objective& objective, const std::vector<double>& x, int order) {
  Evaluation at;
  if (order == 0) {
    at.value = objective.value(x);
    return at;
  }
  at.gradient.resize(x.size());
  at.value = objective.value_and_gradient(x, at.gradient);
  if (order == 2) {
    at.hessian.resize(x.size() * x.size());
    objective.hessian(x, at.hessian);
  }
  return at;
}

std::string text_of(const FlatVariables& variables, const Evaluation& at) {
  std::string text = fmt::format("f = {}\n", shortest(at.value));
  if (at.gradient.empty()) return text;
  const std::size_t n = at.gradient.size();
  std::vector<std::vector<std::string>> rows{{"", "x", "gradient"}};
  if (!at.hessian.empty()) rows[0].emplace_back("hessian");
  for (std::size_t i = 0; i < n; ++i) {
    std::vector<std::string> row{variables.label(i), shortest(variables.start()[i]), shortest(at.gradient[i])};
    for (std::size_t j = 0; j < at.hessian.size() / n; ++j) row.push_back(shortest(at.hessian[i * n + j]));
    rows.push_back(std::move(row));
  }
  return text + "\n" + columns(rows);
}

}  // namespace

int evaluate_formula(const Arguments& arguments, const Terminal& terminal) {
  const Problem problem = read_problem(arguments);
  const auto n = static_cast<double>(problem.variables.size());
  if (arguments.order == 2 && 8 * n * n > most_hessian_bytes) {
    throw OptionError(fmt::format(
        "evaluate: the Hessian of {} variables takes {:.3g} GB: more than {:.3g} GB\n  hint: give --order 1", n,
        8e-9 * n * n, 1e-9 * most_hessian_bytes));
  }
  Objective objective = objective_of(problem, arguments.with, arguments.threads);
  warn(problem.warnings, arguments, terminal);
  const Evaluation at = evaluate(objective, problem.variables.start(), arguments.order);
  if (arguments.format == Output::people) {
    fmt::print(terminal.out, "{}", text_of(problem.variables, at));
    return success;
  }
  ordered_json json;
  json["value"] = json_number(at.value);
  if (arguments.order >= 1) json["gradient"] = json_numbers(at.gradient);
  if (arguments.order >= 2) json["hessian"] = json_matrix(at.hessian, problem.variables.size());
  fmt::print(terminal.out, "{}\n", json.dump(2));
  return success;
}

int check_formula(const Arguments& arguments, const Terminal& terminal) {
  const Problem problem = read_problem(arguments);
  Objective objective = objective_of(problem, With::native, arguments.threads);
  warn(problem.warnings, arguments, terminal);
  const GradientCheck check = check_gradient(
      [&](std::span<const double> x) { return objective.value(x); },
      [&](std::span<const double> x, std::span<double> gradient) { objective.value_and_gradient(x, gradient); },
      problem.variables.start());
  if (arguments.format == Output::json) {
    fmt::print(terminal.out, "{}\n", check_json(problem.variables, check).dump(2));
  } else {
    fmt::print(terminal.out, "{}", check_text(problem.variables, check, terminal));
  }
  return check.agrees && check.unjudged == 0 ? success : no_success;
}

}  // namespace downhill::app
