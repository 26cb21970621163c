#include <fmt/format.h>
#include <nlopt.h>

#include <memory>

#include "peers/serve.hpp"

/// NLopt. It has no default tolerances: the step of x relative to x is what its manual suggests to stop by.
namespace {

using namespace downhill::bench;

constexpr double step_tolerance = 1e-8;
constexpr double tight_step_tolerance = 1e-15;
constexpr int most_evaluations = 200'000;

struct Run {
  Problem* problem;
  nlopt_opt handle;
  bool is_expired = false;
};

// C code calls this: nothing may be thrown through it.
double evaluate(unsigned, const double* x, double* gradient, void* data) {
  Run& run = *static_cast<Run*>(data);
  if (run.problem->is_expired()) {
    run.is_expired = true;
    nlopt_force_stop(run.handle);
    return HUGE_VAL;
  }
  return gradient != nullptr ? bench_gradient(run.problem->handle(), x, gradient)
                             : bench_value(run.problem->handle(), x);
}

Outcome minimize(Problem& problem, nlopt_algorithm algorithm, double tolerance) {
  const auto n = static_cast<unsigned>(problem.size());
  const std::unique_ptr<nlopt_opt_s, decltype(&nlopt_destroy)> handle(nlopt_create(algorithm, n), nlopt_destroy);
  Run run{&problem, handle.get()};
  nlopt_set_min_objective(handle.get(), evaluate, &run);
  nlopt_set_xtol_rel(handle.get(), tolerance);
  nlopt_set_maxeval(handle.get(), most_evaluations);
  std::vector<double> x = problem.start();
  double value = 0;
  const nlopt_result result = nlopt_optimize(handle.get(), x.data(), &value);
  if (run.is_expired) throw Expired();
  const bool claims = result > 0 && result != NLOPT_MAXEVAL_REACHED && result != NLOPT_MAXTIME_REACHED;
  return {.x = std::move(x), .claims_success = claims, .message = nlopt_result_to_string(result)};
}

Solver solver(const char* name, nlopt_algorithm algorithm, Needs needs, std::size_t most_variables, double tolerance) {
  return {.name = fmt::format("nlopt.{}{}", name, tolerance == step_tolerance ? "" : ".tight"),
          .settings = fmt::format("xtol_rel={}, maxeval={}", tolerance, most_evaluations),
          .needs = needs,
          .most_variables = most_variables,
          .solve = [=](Problem& problem) { return minimize(problem, algorithm, tolerance); }};
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t any = 100'000, dense = 300, small = 12;
  std::vector<Solver> solvers;
  for (const double tolerance : {step_tolerance, tight_step_tolerance}) {
    solvers.push_back(solver("lbfgs", NLOPT_LD_LBFGS, Needs::gradient, any, tolerance));
    solvers.push_back(solver("tnewton", NLOPT_LD_TNEWTON_PRECOND_RESTART, Needs::gradient, any, tolerance));
    solvers.push_back(solver("var2", NLOPT_LD_VAR2, Needs::gradient, any, tolerance));
    solvers.push_back(solver("slsqp", NLOPT_LD_SLSQP, Needs::gradient, dense, tolerance));
  }
  solvers.push_back(solver("mma", NLOPT_LD_MMA, Needs::gradient, any, step_tolerance));
  solvers.push_back(solver("ccsaq", NLOPT_LD_CCSAQ, Needs::gradient, any, step_tolerance));
  solvers.push_back(solver("bobyqa", NLOPT_LN_BOBYQA, Needs::values, small, step_tolerance));
  solvers.push_back(solver("newuoa", NLOPT_LN_NEWUOA, Needs::values, small, step_tolerance));
  solvers.push_back(solver("sbplx", NLOPT_LN_SBPLX, Needs::values, small, step_tolerance));
  int major = 0, minor = 0, patch = 0;
  nlopt_version(&major, &minor, &patch);
  return serve(argc, argv, "nlopt", fmt::format("{}.{}.{}", major, minor, patch), solvers);
}
