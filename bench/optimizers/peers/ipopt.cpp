#include <coin/IpStdCInterface.h>
#include <coin/IpoptConfig.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "peers/serve.hpp"

/// Ipopt, an interior-point method, here without constraints: with exact second derivatives, and with its limited-memory ones.
namespace {

using namespace downhill::bench;

constexpr double free_bound = 2e19;  // beyond 1e19 is none
constexpr double tight_tolerance = 1e-14;

Problem& problem_of(UserDataPtr data) { return *static_cast<Problem*>(data); }

Bool value(Index, Number* x, Bool, Number* value, UserDataPtr data) {
  *value = bench_value(problem_of(data).handle(), x);
  return TRUE;
}

Bool gradient(Index, Number* x, Bool, Number* gradient, UserDataPtr data) {
  (void)bench_gradient(problem_of(data).handle(), x, gradient);
  return TRUE;
}

Bool constraints(Index, Number*, Bool, Index, Number*, UserDataPtr) { return TRUE; }

Bool jacobian(Index, Number*, Bool, Index, Index, Index*, Index*, Number*, UserDataPtr) { return TRUE; }

// The lower triangle, row by row; without numbers asked for, where they stand.
Bool hessian(Index n, Number* x, Bool, Number factor, Index, Number*, Bool, Index, Index* rows, Index* columns,
             Number* values, UserDataPtr data) {
  std::size_t k = 0;
  if (values == nullptr) {
    for (Index i = 0; i < n; ++i) {
      for (Index j = 0; j <= i; ++j, ++k) rows[k] = i, columns[k] = j;
    }
    return TRUE;
  }
  const auto size = static_cast<std::size_t>(n);
  std::vector<double> dense(size * size);
  bench_hessian(problem_of(data).handle(), x, dense.data());
  for (std::size_t i = 0; i < size; ++i) {
    for (std::size_t j = 0; j <= i; ++j) values[k++] = factor * dense[i * size + j];
  }
  return TRUE;
}

Bool goes_on(Index, Index, Number, Number, Number, Number, Number, Number, Number, Number, Index, UserDataPtr data) {
  return problem_of(data).is_expired() ? FALSE : TRUE;
}

std::string name(ApplicationReturnStatus status) {
  switch (status) {
    case Solve_Succeeded: return "Solve_Succeeded";
    case Solved_To_Acceptable_Level: return "Solved_To_Acceptable_Level";
    case Maximum_Iterations_Exceeded: return "Maximum_Iterations_Exceeded";
    case Diverging_Iterates: return "Diverging_Iterates";
    case Restoration_Failed: return "Restoration_Failed";
    case Search_Direction_Becomes_Too_Small: return "Search_Direction_Becomes_Too_Small";
    case Invalid_Number_Detected: return "Invalid_Number_Detected";
    default: return fmt::format("status {}", static_cast<int>(status));
  }
}

enum class Curvature { exact, limited_memory };

Outcome minimize(Problem& problem, Curvature curvature, double tolerance) {
  const auto n = static_cast<Index>(problem.size());
  std::vector<Number> lower(problem.size(), -free_bound), upper(problem.size(), free_bound);
  const Index nonzeros = curvature == Curvature::exact ? n * (n + 1) / 2 : 0;
  IpoptProblem ipopt = CreateIpoptProblem(n, lower.data(), upper.data(), 0, nullptr, nullptr, 0, nonzeros, 0, value,
                                          constraints, gradient, jacobian, hessian);
  const auto text = [](const char* word) { return std::string(word); };
  AddIpoptIntOption(ipopt, text("print_level").data(), 0);
  AddIpoptStrOption(ipopt, text("sb").data(), text("yes").data());
  if (curvature == Curvature::limited_memory) {
    AddIpoptStrOption(ipopt, text("hessian_approximation").data(), text("limited-memory").data());
  }
  if (tolerance > 0) {
    AddIpoptNumOption(ipopt, text("tol").data(), tolerance);
    AddIpoptNumOption(ipopt, text("acceptable_tol").data(), tolerance);
    AddIpoptIntOption(ipopt, text("max_iter").data(), 100'000);
  }
  SetIntermediateCallback(ipopt, goes_on);
  std::vector<Number> x = problem.start();
  Number last = 0;
  const ApplicationReturnStatus status =
      IpoptSolve(ipopt, x.data(), nullptr, &last, nullptr, nullptr, nullptr, &problem);
  FreeIpoptProblem(ipopt);
  if (problem.is_expired()) throw Expired();
  const bool claims = status == Solve_Succeeded || status == Solved_To_Acceptable_Level;
  return {.x = std::move(x), .claims_success = claims, .message = name(status)};
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::size_t any = 100'000, dense = 300;
  const std::string tight = fmt::format("tol={}, max_iter=100000", tight_tolerance);
  return serve(
      argc, argv, "ipopt", IPOPT_VERSION,
      {{"ipopt.exact", "", Needs::hessian, dense, [](Problem& p) { return minimize(p, Curvature::exact, 0); }},
       {"ipopt.exact.tight", tight, Needs::hessian, dense,
        [](Problem& p) { return minimize(p, Curvature::exact, tight_tolerance); }},
       {"ipopt.lbfgs", "", Needs::gradient, any, [](Problem& p) { return minimize(p, Curvature::limited_memory, 0); }},
       {"ipopt.lbfgs.tight", tight, Needs::gradient, any,
        [](Problem& p) { return minimize(p, Curvature::limited_memory, tight_tolerance); }}});
}
