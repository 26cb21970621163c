#include "app/pictures/subject.hpp"

#include <downhill/operations.hpp>

#include "optimize/residual_loss/residual_loss_model.hpp"

namespace downhill::app {
namespace {

// Of a model the sum of squares, or of the robust loss, of its residuals.
ArrayFunction whole_loss_of(const Problem& problem) {
  if (!is_fit(problem)) return loss_of(problem);
  return [residuals = residuals_of(problem), loss = problem.loss](std::span<const Array> x) -> std::vector<Array> {
    const Array r = residuals(x).front();
    return {is_squared(loss) ? sum(r * r) : loss.model().total(r)};
  };
}

}  // namespace

landscape::Subject subject_of(const Problem& problem, const Objective& objective, std::optional<int> threads) {
  landscape::Subject subject{.objective = objective, .loss = whole_loss_of(problem)};
  subject.options.threads = threads.value_or(0);
  subject.label = [variables = problem.variables](std::size_t i) { return variables.label(i); };
  return subject;
}

}  // namespace downhill::app
