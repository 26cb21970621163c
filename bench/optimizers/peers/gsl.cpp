#include <fmt/format.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_multifit_nlinear.h>
#include <gsl/gsl_multimin.h>
#include <gsl/gsl_version.h>

#include <algorithm>
#include <memory>

#include "peers/serve.hpp"

/// The GNU Scientific Library: minimisers, and nonlinear least squares. Its minimisers leave step, search and stop to the caller:
/// those of the manual's example are taken, and a tight stop.
namespace {

using namespace downhill::bench;

const double* numbers(const gsl_vector* x) { return gsl_vector_const_ptr(x, 0); }
double* numbers(gsl_vector* x) { return gsl_vector_ptr(x, 0); }
std::vector<double> copy(const gsl_vector* x) { return {numbers(x), numbers(x) + x->size}; }

// ---- minimisers ----------------------------------------------------------------------------------------------------

double value(const gsl_vector* x, void* problem) {
  return bench_value(static_cast<Problem*>(problem)->handle(), numbers(x));
}

void value_and_gradient(const gsl_vector* x, void* problem, double* value, gsl_vector* gradient) {
  *value = bench_gradient(static_cast<Problem*>(problem)->handle(), numbers(x), numbers(gradient));
}

void gradient(const gsl_vector* x, void* problem, gsl_vector* gradient) {
  double ignored = 0;
  value_and_gradient(x, problem, &ignored, gradient);
}

constexpr int most_iterations = 100'000;

Outcome minimize(Problem& problem, const gsl_multimin_fdfminimizer_type* type, double gradient_tolerance) {
  const std::size_t n = problem.size();
  gsl_multimin_function_fdf f{value, gradient, value_and_gradient, n, &problem};
  std::vector<double> start = problem.start();
  const gsl_vector_view x0 = gsl_vector_view_array(start.data(), n);
  const std::unique_ptr<gsl_multimin_fdfminimizer, decltype(&gsl_multimin_fdfminimizer_free)> state(
      gsl_multimin_fdfminimizer_alloc(type, n), gsl_multimin_fdfminimizer_free);
  constexpr double first_step = 0.01;
  const double line_tolerance = type == gsl_multimin_fdfminimizer_vector_bfgs2 ? 0.1 : 1e-4;
  gsl_multimin_fdfminimizer_set(state.get(), &f, &x0.vector, first_step, line_tolerance);
  int status = GSL_CONTINUE, iterations = 0;
  while (status == GSL_CONTINUE && iterations < most_iterations) {
    status = gsl_multimin_fdfminimizer_iterate(state.get());
    ++iterations;
    if (problem.is_expired()) throw Expired();
    if (status == GSL_SUCCESS) status = gsl_multimin_test_gradient(state->gradient, gradient_tolerance);
  }
  return {.x = copy(state->x),
          .claims_success = status == GSL_SUCCESS,
          .message = gsl_strerror(status),
          .verdict = {},
          .iterations = static_cast<std::uint64_t>(iterations)};
}

Outcome minimize_by_simplex(Problem& problem) {
  const std::size_t n = problem.size();
  gsl_multimin_function f{value, n, &problem};
  std::vector<double> start = problem.start(), steps(n, 1.0);
  const gsl_vector_view x0 = gsl_vector_view_array(start.data(), n), step = gsl_vector_view_array(steps.data(), n);
  const std::unique_ptr<gsl_multimin_fminimizer, decltype(&gsl_multimin_fminimizer_free)> state(
      gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n), gsl_multimin_fminimizer_free);
  gsl_multimin_fminimizer_set(state.get(), &f, &x0.vector, &step.vector);
  int status = GSL_CONTINUE, iterations = 0;
  while (status == GSL_CONTINUE && iterations < most_iterations) {
    status = gsl_multimin_fminimizer_iterate(state.get());
    ++iterations;
    if (problem.is_expired()) throw Expired();
    constexpr double size_tolerance = 1e-8;
    if (status == GSL_SUCCESS)
      status = gsl_multimin_test_size(gsl_multimin_fminimizer_size(state.get()), size_tolerance);
  }
  return {.x = copy(state->x),
          .claims_success = status == GSL_SUCCESS,
          .message = gsl_strerror(status),
          .verdict = {},
          .iterations = static_cast<std::uint64_t>(iterations)};
}

// ---- least squares -------------------------------------------------------------------------------------------------

int residuals(const gsl_vector* x, void* problem, gsl_vector* r) {
  bench_residuals(static_cast<Problem*>(problem)->handle(), numbers(x), numbers(r));
  return GSL_SUCCESS;
}

int jacobian(const gsl_vector* x, void* data, gsl_matrix* j) {
  auto* problem = static_cast<Problem*>(data);
  std::vector<double> r(problem->residual_count());
  bench_jacobian(problem->handle(), numbers(x), r.data(), gsl_matrix_ptr(j, 0, 0));
  return GSL_SUCCESS;
}

Outcome fit(Problem& problem, const gsl_multifit_nlinear_trs* step, double tolerance) {
  const std::size_t n = problem.size(), m = problem.residual_count();
  if (m < n) return {.x = {}, .claims_success = false, .message = "fewer residuals than variables"};
  gsl_multifit_nlinear_fdf f{};
  f.f = residuals;
  f.df = jacobian;
  f.n = m;
  f.p = n;
  f.params = &problem;
  gsl_multifit_nlinear_parameters parameters = gsl_multifit_nlinear_default_parameters();
  parameters.trs = step;
  const std::unique_ptr<gsl_multifit_nlinear_workspace, decltype(&gsl_multifit_nlinear_free)> state(
      gsl_multifit_nlinear_alloc(gsl_multifit_nlinear_trust, &parameters, m, n), gsl_multifit_nlinear_free);
  std::vector<double> start = problem.start();
  const gsl_vector_view x0 = gsl_vector_view_array(start.data(), n);
  gsl_multifit_nlinear_init(&x0.vector, &f, state.get());
  const auto watch = [](std::size_t, void* data, const gsl_multifit_nlinear_workspace*) {
    if (static_cast<Problem*>(data)->is_expired()) throw Expired();
  };
  int why = 0;
  constexpr std::size_t most = 10'000;
  const int status = gsl_multifit_nlinear_driver(most, tolerance, tolerance, 0.0, watch, &problem, &why, state.get());
  return {.x = copy(state->x),
          .claims_success = status == GSL_SUCCESS,
          .message = fmt::format("{}, {}", gsl_strerror(status), why == 1 ? "small step" : "small gradient"),
          .verdict = {},
          .iterations = gsl_multifit_nlinear_niter(state.get())};
}

}  // namespace

int main(int argc, char** argv) {
  gsl_set_error_handler_off();
  constexpr std::size_t any = 100'000, dense = 300, small = 12;
  std::vector<Solver> solvers;
  const auto minimizer = [&](const char* name, const gsl_multimin_fdfminimizer_type* type, std::size_t most) {
    for (const double tolerance : {1e-3, 1e-10}) {
      solvers.push_back({fmt::format("gsl.{}{}", name, tolerance < 1e-3 ? ".tight" : ""),
                         fmt::format("step 0.01, gradient below {}", tolerance), Needs::gradient, most,
                         [=](Problem& problem) { return minimize(problem, type, tolerance); }});
    }
  };
  const auto least_squares = [&](const char* name, const gsl_multifit_nlinear_trs* step) {
    for (const double tolerance : {1e-8, 1e-15}) {
      solvers.push_back({fmt::format("gsl.{}{}", name, tolerance < 1e-8 ? ".tight" : ""),
                         fmt::format("xtol=gtol={}", tolerance), Needs::residuals, dense,
                         [=](Problem& problem) { return fit(problem, step, tolerance); }});
    }
  };
  minimizer("bfgs2", gsl_multimin_fdfminimizer_vector_bfgs2, any);
  minimizer("conjugate_pr", gsl_multimin_fdfminimizer_conjugate_pr, any);
  least_squares("lm", gsl_multifit_nlinear_trs_lm);
  least_squares("lmaccel", gsl_multifit_nlinear_trs_lmaccel);
  least_squares("ddogleg", gsl_multifit_nlinear_trs_ddogleg);
  least_squares("subspace2D", gsl_multifit_nlinear_trs_subspace2D);
  solvers.push_back({"gsl.nmsimplex2", "first steps 1, size below 1e-8", Needs::values, small, minimize_by_simplex});
  return serve(argc, argv, "gsl", GSL_VERSION, solvers);
}
