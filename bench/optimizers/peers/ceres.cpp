#include <ceres/ceres.h>
#include <ceres/version.h>
#include <fmt/format.h>

#include <array>
#include <memory>

#include "peers/serve.hpp"

/// Ceres: line searches on a gradient problem, trust regions on the residuals; its defaults, and tight tolerances with many iterations.
/// A cost of Ceres is half the sum of squares; f is given whole to its line searches.
namespace {

using namespace downhill::bench;

constexpr double tight_tolerance = 1e-16;
constexpr int tight_iterations = 100'000;

class Loss final : public ceres::FirstOrderFunction {
 public:
  explicit Loss(Problem& problem) : problem_(problem) {}
  int NumParameters() const override { return static_cast<int>(problem_.size()); }
  bool Evaluate(const double* x, double* value, double* gradient) const override {
    *value = gradient != nullptr ? problem_.gradient(x, gradient) : problem_.value(x);
    return std::isfinite(*value);
  }

 private:
  Problem& problem_;
};

class Residuals final : public ceres::CostFunction {
 public:
  explicit Residuals(Problem& problem) : problem_(problem) {
    set_num_residuals(static_cast<int>(problem.residual_count()));
    mutable_parameter_block_sizes()->push_back(static_cast<int>(problem.size()));
  }
  bool Evaluate(double const* const* x, double* residuals, double** jacobians) const override {
    if (jacobians != nullptr && jacobians[0] != nullptr) {
      problem_.jacobian(x[0], residuals, jacobians[0]);
    } else {
      problem_.residuals(x[0], residuals);
    }
    for (int i = 0; i < num_residuals(); ++i) {
      if (!std::isfinite(residuals[i])) return false;
    }
    return true;
  }

 private:
  Problem& problem_;
};

enum class Tolerance { standard, tight };

Outcome minimize(Problem& problem, ceres::LineSearchDirectionType direction, Tolerance tolerance) {
  const ceres::GradientProblem ceres_problem(new Loss(problem));  // which it owns
  ceres::GradientProblemSolver::Options options;
  options.line_search_direction_type = direction;
  options.logging_type = ceres::SILENT;
  if (tolerance == Tolerance::tight) {
    options.function_tolerance = options.parameter_tolerance = options.gradient_tolerance = tight_tolerance;
    options.max_num_iterations = tight_iterations;
  }
  std::vector<double> x = problem.start();
  ceres::GradientProblemSolver::Summary summary;
  ceres::Solve(options, ceres_problem, x.data(), &summary);
  return {.x = std::move(x),
          .claims_success = summary.termination_type == ceres::CONVERGENCE,
          .message = summary.message,
          .verdict = {},
          .iterations = summary.iterations.size()};
}

Outcome fit(Problem& problem, ceres::TrustRegionStrategyType strategy, ceres::DoglegType dogleg, Tolerance tolerance) {
  ceres::Problem ceres_problem;
  std::vector<double> x = problem.start();
  ceres_problem.AddResidualBlock(new Residuals(problem), nullptr, x.data());
  ceres::Solver::Options options;
  options.trust_region_strategy_type = strategy;
  options.dogleg_type = dogleg;
  options.linear_solver_type = ceres::DENSE_QR;
  options.logging_type = ceres::SILENT;
  if (tolerance == Tolerance::tight) {
    options.function_tolerance = options.parameter_tolerance = options.gradient_tolerance = tight_tolerance;
    options.max_num_iterations = tight_iterations;
  }
  ceres::Solver::Summary summary;
  ceres::Solve(options, &ceres_problem, &summary);
  return {.x = std::move(x),
          .claims_success = summary.termination_type == ceres::CONVERGENCE,
          .message = summary.message,
          .verdict = {},
          .iterations = summary.iterations.size()};
}

}  // namespace

int main(int argc, char** argv) {
  google::InitGoogleLogging(argv[0]);
  FLAGS_minloglevel = google::GLOG_FATAL;
  constexpr std::size_t any = 100'000, dense = 300;
  std::vector<Solver> solvers;
  for (const Tolerance tolerance : {Tolerance::standard, Tolerance::tight}) {
    const char* suffix = tolerance == Tolerance::tight ? ".tight" : "";
    const std::string settings = tolerance == Tolerance::tight
                                     ? fmt::format("tolerances {}, {} iterations", tight_tolerance, tight_iterations)
                                     : "";
    const auto searching = [&](const char* name, ceres::LineSearchDirectionType direction, std::size_t most) {
      solvers.push_back({fmt::format("ceres.{}{}", name, suffix), settings, Needs::gradient, most,
                         [=](Problem& problem) { return minimize(problem, direction, tolerance); }});
    };
    const auto trusting = [&](const char* name, ceres::TrustRegionStrategyType strategy, ceres::DoglegType dogleg) {
      solvers.push_back({fmt::format("ceres.{}{}", name, suffix), settings, Needs::residuals, dense,
                         [=](Problem& problem) { return fit(problem, strategy, dogleg, tolerance); }});
    };
    searching("lbfgs", ceres::LBFGS, any);
    searching("bfgs", ceres::BFGS, dense);
    searching("nonlinear_cg", ceres::NONLINEAR_CONJUGATE_GRADIENT, any);
    trusting("levenberg_marquardt", ceres::LEVENBERG_MARQUARDT, ceres::TRADITIONAL_DOGLEG);
    trusting("dogleg", ceres::DOGLEG, ceres::TRADITIONAL_DOGLEG);
    trusting("subspace_dogleg", ceres::DOGLEG, ceres::SUBSPACE_DOGLEG);
  }
  return serve(argc, argv, "ceres", CERES_VERSION_STRING, solvers);
}
