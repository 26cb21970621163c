#include "app/loss.hpp"

#include <downhill/loss.hpp>

namespace downhill::app {
namespace {

Objective traced(const Problem& problem, const ProgramOptions& options) {
  const Type x{DType::f64, Shape{static_cast<std::int64_t>(problem.variables.size())}};
  if (problem.test != nullptr) return problem.test->objective(x.shape.size(), options);
  if (!is_fit(problem)) return traced_objective(loss_of(problem), x, options);
  if (is_squared(problem.loss)) return traced_least_squares(residuals_of(problem), x, options);
  return traced_least_squares(residuals_of(problem), x, problem.loss, options);
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

Choice choose_method(const Problem& problem, const Objective& objective) {
  if (problem.method && *problem.method != "auto") return {parse_method(*problem.method), {}};
  return downhill::choose_method(objective);
}

}  // namespace downhill::app
