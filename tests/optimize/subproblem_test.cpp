#include "optimize/subproblem/subproblem_model.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "optimize/cases.hpp"
#include "optimize/krylov_space.hpp"
#include "optimize/norms.hpp"
#include "optimize/shifted_step.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {
namespace {

// ½ Σ λ_k x_k² + g·x at 0
Objective quadratic(std::vector<double> curvatures, std::vector<double> gradient) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [=](std::span<const double> x, std::span<double> g) {
    double value = 0;
    for (std::size_t k = 0; k < x.size(); ++k) {
      value += x[k] * (gradient[k] + 0.5 * curvatures[k] * x[k]);
      g[k] = gradient[k] + curvatures[k] * x[k];
    }
    return value;
  };
  callbacks.hessian_vector = [=](std::span<const double>, std::span<const double> d, std::span<double> product) {
    for (std::size_t k = 0; k < d.size(); ++k) product[k] = curvatures[k] * d[k];
  };
  return objective(curvatures.size(), callbacks);
}

std::vector<double> random_numbers(std::size_t n, std::uint64_t seed) {
  Draws draws(seed);
  std::vector<double> result(n);
  for (double& entry : result) entry = draws.normal();
  return result;
}

double foretold(std::span<const double> curvatures, std::span<const double> gradient, std::span<const double> p) {
  double fall = 0;
  for (std::size_t k = 0; k < p.size(); ++k) fall -= p[k] * (gradient[k] + 0.5 * curvatures[k] * p[k]);
  return fall;
}

class Subproblems : public ::testing::TestWithParam<const char*> {};

// 40 models of 12 variables, half of them with negative curvatures.
TEST_P(Subproblems, StayWithinTheRadiusAndFallAtLeastAsFarAsAlongTheGradient) {
  const Subproblem subproblem = Subproblem::registry().parse(GetParam());
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::vector<double> curvatures = random_numbers(12, seed);
    const std::vector<double> gradient = random_numbers(12, seed + 100);
    for (double& c : curvatures) c = (seed % 2 == 0 ? std::abs(c) + 0.01 : c);
    Objective f = quadratic(curvatures, gradient);
    const Stop stop;
    Walk walk(f, Point{std::vector<double>(12, 0.0), 0, gradient}, stop, {}, 0);
    const bool is_matrix = subproblem.model().needs() == Needs::hessian;
    QuadraticModel model(walk, is_matrix ? QuadraticModel::Form::matrix : QuadraticModel::Form::products);
    const auto region = subproblem.model().at(model, 1e-12);
    for (const double radius : {1e3, 3.0, 1.0, 0.1, 1e-6}) {
      const ModelStep step = region->within(radius);
      const double length = norm(step.step);
      EXPECT_LE(length, radius * (1 + 2e-3)) << GetParam() << ", seed " << seed;
      EXPECT_GE(length, step.ends == ModelStep::Ends::on_boundary ? radius * (1 - 2e-3) : 0) << GetParam() << seed;
      EXPECT_NEAR(step.fall, model.fall(step.step), 1e-9 * std::abs(step.fall)) << GetParam() << ", seed " << seed;
      const std::vector<double>& g = model.gradient();
      const double steepness = norm(g);
      std::vector<double> unit(g);
      for (double& entry : unit) entry /= -steepness;
      const double curvature = dot(unit, model.product(unit));
      double t = radius;
      if (curvature > 0) t = std::min(t, steepness / curvature);
      EXPECT_GE(step.fall, (1 - 1e-2) * t * (steepness - 0.5 * t * curvature)) << GetParam() << ", seed " << seed;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(All, Subproblems, ::testing::Values("dogleg", "steihaug", "gltr", "exact"));

// With the whole space to itself, gltr finds what eigenvectors find.
TEST(Gltr, FindsTheMinimumOfTheModelOnTheBoundaryToo) {
  for (std::uint64_t seed = 0; seed < 40; ++seed) {
    std::vector<double> curvatures = random_numbers(30, seed);
    std::sort(curvatures.begin(), curvatures.end());
    const std::vector<double> gradient = random_numbers(30, seed + 1000);
    Objective f = quadratic(curvatures, gradient);
    const Stop stop;
    Walk walk(f, Point{std::vector<double>(30, 0.0), 0, gradient}, stop, {}, 0);
    QuadraticModel model(walk, QuadraticModel::Form::products);
    const auto region = Subproblem(Gltr{}).model().at(model, 1e-13);
    for (const double radius : {100.0, 1.0, 1e-3}) {
      const std::vector<double> exact = trust_region_step(curvatures, gradient, radius);
      EXPECT_GE(foretold(curvatures, gradient, region->within(radius).step),
                (1 - 1e-5) * (1 - 2e-3) * foretold(curvatures, gradient, exact))
          << seed;
    }
  }
}

TEST(ShiftedStep, FollowsTheLowestCurvatureInTheHardCase) {
  const Tridiagonal matrix{{-2, 1, 3}, {0, 0}};  // the gradient has nothing along the curvature -2
  const std::vector<double> gradient{0, 3, 5};
  const ShiftedStep step = step_within(matrix, gradient, 4, 0);
  EXPECT_NEAR(step.length, 4, 1e-9);
  EXPECT_NEAR(step.step[1], -1, 1e-6);
  EXPECT_NEAR(step.step[2], -1, 1e-6);
  EXPECT_NEAR(std::abs(step.step[0]), std::sqrt(14.0), 1e-6);
}

TEST(ShiftedStep, TheCubicModelIsStationaryWhereTheShiftIsTheWeightTimesTheLength) {
  for (std::uint64_t seed = 0; seed < 100; ++seed) {
    const std::vector<double> diagonal = random_numbers(8, seed);
    const std::vector<double> gradient = random_numbers(8, seed + 200);
    const Tridiagonal matrix{diagonal, random_numbers(7, seed + 400)};
    const double weight = std::exp(3 * random_numbers(1, seed + 600)[0]);
    const ShiftedStep step = cubic_step(matrix, gradient, weight, 0);
    EXPECT_NEAR(step.shift, weight * norm(step.step), 1e-6 * step.shift) << seed;
    for (std::size_t i = 0; i < 8; ++i) {
      double residual = gradient[i] + (diagonal[i] + step.shift) * step.step[i];
      if (i > 0) residual += matrix.beside[i - 1] * step.step[i - 1];
      if (i < 7) residual += matrix.beside[i] * step.step[i + 1];
      EXPECT_NEAR(residual, 0, 1e-6 * norm(gradient)) << seed;
    }
  }
}

}  // namespace
}  // namespace downhill::optimize
