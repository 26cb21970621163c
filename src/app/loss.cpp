#include "app/loss.hpp"

#include <fmt/format.h>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>

namespace downhill::app {
namespace {

// Up to here an iteration of Newton's method, O(n³), takes milliseconds.
constexpr std::size_t most_newton_variables = 300;

Objective traced(const Problem& problem, const ProgramOptions& options) {
  const Type x{DType::f64, Shape{static_cast<std::int64_t>(problem.variables.size())}};
  if (problem.test != nullptr) return problem.test->objective(x.shape.size(), options);
  if (problem.program.left && is_squared(problem.loss)) return traced_least_squares(residuals_of(problem), x, options);
  return problem.program.left ? traced_least_squares(residuals_of(problem), x, problem.loss, options)
                              : traced_objective(loss_of(problem), x, options);
}

}  // namespace

Objective objective_of(const Problem& problem, With with, std::optional<int> threads) {
  ProgramOptions options;
  options.engine = with == With::native ? Engine::native : Engine::interpreter;
  options.threads = threads.value_or(0);
  if (with != With::differences) return traced(problem, options);
  Callbacks values;
  values.value = [source = traced(problem, options).source()](std::span<const double> x) { return source->value(x); };
  return with_differences(objective(problem.variables.size(), std::move(values)));
}

ChosenMethod choose_method(const Problem& problem, const Objective& objective) {
  if (problem.method) return {parse_method(*problem.method), {}};
  if (objective.capabilities().residuals > 0) return {LevenbergMarquardt{}, "the loss is a sum of squares"};
  const std::size_t n = objective.size();
  if (n <= most_newton_variables) {
    return {Newton{}, fmt::format("second derivatives of {} variable{} are cheap", n, n == 1 ? "" : "s")};
  }
  return {GradientDescent{}, fmt::format("a Hessian of {} variables is large", n)};
}

}  // namespace downhill::app
