#include "app/solution.hpp"

#include <fmt/format.h>
#include <downhill/bounds.hpp>

#include <cmath>
#include <numeric>

#include "app/loss.hpp"
#include "app/refinement.hpp"
#include "optimize/face.hpp"

namespace downhill::app {
namespace {

// The parameters that no bound holds at the end of a run.
optimize::Face free_parameters(const Result& result) {
  std::vector<bool> is_held(result.x.size(), false);
  for (const ActiveBound& bound : result.verdict.active_bounds) is_held[bound.variable] = true;
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < is_held.size(); ++i) {
    if (!is_held[i]) free.push_back(i);
  }
  return {is_held.size(), std::move(free)};
}

// Brings the solution of a fit to its last digits, those at a bound left there.
void refine(Objective& objective, Result& result) {
  const optimize::Face face = free_parameters(result);
  if (face.size() == 0) return;
  if (face.is_whole()) {
    result.x = refine_fit(objective, result.x);
  } else {
    Objective part = optimize::on_face(objective, result.x, face);
    const std::vector<double> refined = refine_fit(part, face.part(result.x));
    for (std::size_t k = 0; k < refined.size(); ++k) result.x[face.variables()[k]] = refined[k];
  }
  std::vector<double> gradient(result.x.size());
  result.value = objective.value_and_gradient(result.x, gradient);
  gradient = face.part(gradient);
  result.gradient_norm = std::sqrt(std::inner_product(gradient.begin(), gradient.end(), gradient.begin(), 0.0));
}

// Of the residuals themselves: those of a robust loss's objective are scaled.
FitStatistics statistics_at(const Problem& problem, Objective& objective, const Result& result,
                            std::optional<int> threads) {
  const std::vector<double>& x = result.x;
  Problem squared = problem;
  squared.loss = SquaredLoss{};
  Objective plain = is_squared(problem.loss) ? objective : objective_of(squared, With::native, threads);
  const std::size_t m = plain.capabilities().residuals;
  std::vector<double> residuals(m);
  std::vector<double> jacobian(m * x.size());
  plain.residuals_and_jacobian(x, residuals, jacobian);
  return fit_statistics(residuals, jacobian, free_parameters(result), problem.loss);
}

}  // namespace

Objective bounded_objective(const Problem& problem, std::optional<int> threads) {
  Objective objective = objective_of(problem, With::native, threads);
  return problem.bounds ? with_bounds(objective, *problem.bounds) : objective;
}

void name_formulas(const Problem& problem, std::vector<Finding>& diagnosis) {
  for (Finding& finding : diagnosis) {
    if (finding.kind != Finding::Kind::not_finite || finding.point.empty()) continue;
    const std::string part = formula_not_finite_at(problem, finding.point);
    if (!part.empty()) finding.what += fmt::format(", in '{}'", part);
  }
}

Fit finish_fit(const Problem& problem, Objective& objective, Result& result, double confidence,
               std::optional<int> threads) {
  if (result.success) refine(objective, result);
  FitStatistics statistics = statistics_at(problem, objective, result, threads);
  FitIntervals intervals = fit_intervals(statistics, result.x, fitted_values(problem, result.x), confidence);
  return {std::move(statistics), std::move(intervals)};
}

}  // namespace downhill::app
