#include <fmt/format.h>
#include <downhill/choice.hpp>
#include <downhill/minimize.hpp>

#include <memory>
#include <vector>

#include "app/refinement.hpp"
#include "optimize/sparse_source.hpp"
#include "peers/serve.hpp"
#include "problems/handle.hpp"

/// downhill's own methods, with default settings.
namespace {

using namespace downhill;
using bench::Needs;
using bench::Outcome;
using bench::Problem;
using bench::Solver;

Outcome outcome_of(const Result& result) {
  return {.x = result.x,
          .claims_success = result.success,
          .message = fmt::format("{}: {}: {}", result.method, name(result.reason), result.message),
          .verdict = std::string(name(result.verdict.kind)),
          .iterations = result.iterations};
}

// Derivatives of few entries are compiled when first asked for: not while the clock runs.
void warm_up(Objective& objective, const Problem& problem) {
  static std::weak_ptr<LossSource> warm;
  if (warm.lock() == objective.source()) return;
  warm = objective.source();
  if (optimize::SparseSource* const sparse = objective.source()->sparse()) {
    std::vector<double> entries(sparse->pattern().entries.size());
    sparse->hessian(problem.start(), entries);
    if (optimize::SparseJacobian* const jacobian = sparse->jacobian()) {
      std::vector<double> residuals(jacobian->pattern().rows());
      entries.resize(jacobian->pattern().entries.size());
      jacobian->evaluate(problem.start(), residuals, entries);
    }
  }
  bench_reset(problem.handle(), problem.handle()->opened.recorder().limit());
}

Result run(Objective& objective, const Problem& problem, const Method& method) {
  Result result =
      minimize(objective, problem.start(), method, {.max_seconds = problem.handle()->opened.recorder().limit()});
  if (result.reason == Reason::max_seconds) throw bench::Expired();
  return result;
}

Outcome minimize_by(Problem& problem, const Method& method) {
  Objective objective = problem.handle()->opened.objective();
  warm_up(objective, problem);
  return outcome_of(run(objective, problem, method));
}

Outcome minimize_by_default(Problem& problem) {
  Objective objective = problem.handle()->opened.objective();
  warm_up(objective, problem);
  return outcome_of(run(objective, problem, choose_method(objective).method));
}

// As `downhill fit` does.
Outcome fit(Problem& problem) {
  Objective objective = problem.handle()->opened.objective();
  warm_up(objective, problem);
  Result result = run(objective, problem, choose_method(objective).method);
  if (result.success) result.x = app::refine_fit(objective, result.x);
  return outcome_of(result);
}

Solver method(const char* text, Needs needs, std::size_t most_variables) {
  return {.name = fmt::format("downhill.{}", text),
          .settings = "",
          .needs = needs,
          .most_variables = most_variables,
          .solve = [method = parse_method(text)](Problem& problem) { return minimize_by(problem, method); }};
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t any = 100'000, dense = 300, small = 10;
  std::vector<Solver> solvers = {
      {"downhill.auto", "", Needs::gradient, any, minimize_by_default},
      {"downhill.fit", "", Needs::residuals, dense, fit},
      method("lbfgs", Needs::gradient, any),
      method("bfgs", Needs::gradient, dense),
      method("nonlinear_cg", Needs::gradient, any),
      method("newton", Needs::hessian, dense),
      method("newton_cg", Needs::products, any),
      method("trust_region", Needs::products, any),
      method("adaptive_cubic", Needs::products, any),
      method("levenberg_marquardt", Needs::residuals, dense),
      method("dogleg", Needs::residuals, dense),
      method("gauss_newton", Needs::residuals, dense),
      method("nelder_mead", Needs::values, small),
      method("pattern_search", Needs::values, small),
  };
  return bench::serve(argc, argv, "downhill", DOWNHILL_VERSION, solvers);
}
