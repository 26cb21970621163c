#include <fmt/format.h>
#include <lbfgs.h>

#include <algorithm>

#include "peers/serve.hpp"

/// libLBFGS, with its default parameters and with a tight tolerance.
namespace {

using namespace downhill::bench;

lbfgsfloatval_t evaluate(void* problem, const lbfgsfloatval_t* x, lbfgsfloatval_t* gradient, int, lbfgsfloatval_t) {
  return bench_gradient(static_cast<Problem*>(problem)->handle(), x, gradient);
}

int progress(void* problem, const lbfgsfloatval_t*, const lbfgsfloatval_t*, lbfgsfloatval_t, lbfgsfloatval_t,
             lbfgsfloatval_t, lbfgsfloatval_t, int, int, int) {
  return static_cast<Problem*>(problem)->is_expired() ? 1 : 0;  // other than 0 ends the run
}

Outcome minimize(Problem& problem, double epsilon) {
  const auto n = static_cast<int>(problem.size());
  lbfgsfloatval_t* x = lbfgs_malloc(n);  // aligned as it wants it
  std::copy(problem.start().begin(), problem.start().end(), x);
  lbfgs_parameter_t parameters;
  lbfgs_parameter_init(&parameters);
  if (epsilon > 0) parameters.epsilon = epsilon;
  const int status = lbfgs(n, x, nullptr, evaluate, progress, &problem, &parameters);
  std::vector<double> last(x, x + n);
  lbfgs_free(x);
  if (problem.is_expired()) throw Expired();
  const bool claims = status == LBFGS_SUCCESS || status == LBFGS_STOP || status == LBFGS_ALREADY_MINIMIZED;
  return {.x = std::move(last), .claims_success = claims, .message = fmt::format("status {}", status)};
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t any = 100'000;
  constexpr double tight = 1e-12;
  return serve(argc, argv, "liblbfgs", "1.10",
               {{"liblbfgs.lbfgs", "", Needs::gradient, any, [](Problem& p) { return minimize(p, 0); }},
                {"liblbfgs.lbfgs.tight", fmt::format("epsilon={}", tight), Needs::gradient, any,
                 [](Problem& p) { return minimize(p, tight); }}});
}
