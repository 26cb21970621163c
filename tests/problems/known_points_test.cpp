#include <gtest/gtest.h>
#include <downhill/gradient_check.hpp>
#include <downhill/minimize.hpp>
#include <downhill/problems.hpp>

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <numeric>
#include <random>

#include "problems/reference.hpp"

/// What holds for every problem of the registry; a new problem is tested by its list entry alone.
namespace downhill {
namespace {

using Kind = KnownPoint::Kind;
using Family = TestProblem::Family;

// The interpreter needs no compiling: each problem is evaluated a few times only.
Objective interpreted(const TestProblem& problem, std::int64_t n) {
  return problem.objective(n, {.engine = Engine::interpreter});
}

// An admissible size of at most about twelve.
std::int64_t small_size(const TestProblem& problem) {
  if (problem.dimensions.usual <= 12) return problem.dimensions.usual;
  for (std::int64_t n = 12; n < problem.dimensions.usual; ++n) {
    if (problem.dimensions.admits(n)) return n;
  }
  return problem.dimensions.usual;
}

double largest(const std::vector<double>& x) {
  double result = 0;
  for (const double one : x) result = std::max(result, std::abs(one));
  return result;
}

// Where differences fail and not the gradient: sines of 1e4 radians, and a bell too far away to feel.
bool defies_differences(const TestProblem& problem) {
  return problem.family == Family::noisy || problem.name == "genhumps" || problem.name == "eckerle4";
}

TEST(Problems, NamesAndAliasesAreUnique) {
  std::vector<std::string_view> names;
  for (const TestProblem& problem : test_problems()) {
    names.push_back(problem.name);
    if (!problem.alias.empty()) names.push_back(problem.alias);
    EXPECT_FALSE(problem.doc.empty() || problem.paper.empty()) << problem.name;
    EXPECT_NE(static_cast<bool>(problem.loss), static_cast<bool>(problem.residuals)) << problem.name;
  }
  std::ranges::sort(names);
  EXPECT_EQ(std::ranges::adjacent_find(names), names.end()) << *std::ranges::adjacent_find(names);
}

TEST(Problems, TheCollectionsAreWhole) {
  const auto count = [](Family family) { return std::ranges::count(test_problems(), family, &TestProblem::family); };
  EXPECT_EQ(count(Family::more_garbow_hillstrom), 35);
  EXPECT_GE(count(Family::cutest), 60);
  EXPECT_EQ(count(Family::regression), 27);
}

TEST(Problems, StartsHaveTheirSizeAndFiniteValuesWithRightGradients) {
  for (const TestProblem& problem : test_problems()) {
    const std::int64_t n = small_size(problem);
    Objective f = interpreted(problem, n);
    for (const auto* start : {&problem.start, &problem.second_start}) {
      if (!*start) continue;
      const std::vector<double> x = (*start)(n);
      ASSERT_EQ(x.size(), static_cast<std::size_t>(n)) << problem.name;
      EXPECT_TRUE(std::isfinite(f.value(x))) << problem.name;
      if (defies_differences(problem)) continue;
      const GradientCheck check = check_gradient(
          [&](std::span<const double> at) { return f.value(at); },
          [&](std::span<const double> at, std::span<double> gradient) { f.value_and_gradient(at, gradient); }, x, 1e-5);
      EXPECT_TRUE(check.agrees || !problem.is_smooth()) << problem.name << ": " << check.message;
    }
  }
}

// Sizes at which something is known: the usual one, a small one, and those of tables.
std::vector<std::int64_t> sizes(const TestProblem& problem) {
  std::vector<std::int64_t> list;
  for (const std::int64_t n : {problem.dimensions.usual, small_size(problem), std::int64_t{4}, std::int64_t{10}}) {
    if (problem.dimensions.admits(n) && std::ranges::find(list, n) == list.end()) list.push_back(n);
  }
  return list;
}

// Relative 1e-8, and the rounding of sums as large as f at the start.
double value_tolerance(const KnownPoint& point, double at_start) {
  return 1e-8 * std::abs(point.value) + 4e-15 * (1 + std::abs(at_start));
}

TEST(Problems, KnownPointsHaveTheirValues) {
  for (const TestProblem& problem : test_problems()) {
    for (const std::int64_t n : sizes(problem)) {
      Objective f = interpreted(problem, n);
      const double at_start = f.value(problem.start(n));
      for (const KnownPoint& point : problem.known_points(n)) {
        if (point.x.empty()) continue;
        ASSERT_EQ(point.x.size(), static_cast<std::size_t>(n)) << problem.name;
        EXPECT_NEAR(f.value(point.x), point.value, value_tolerance(point, at_start))
            << problem.name << " " << name(point.kind) << " n = " << n;
      }
    }
  }
}

// Eigenvalues of the Hessian scaled to a unit diagonal: units of the variables do not matter.
Eigen::VectorXd scaled_eigenvalues(const Eigen::MatrixXd& hessian) {
  Eigen::VectorXd scale = hessian.diagonal().cwiseAbs().cwiseSqrt();
  for (double& s : scale) s = s > 0 ? 1 / s : 1;
  const Eigen::MatrixXd scaled = scale.asDiagonal() * hessian * scale.asDiagonal();
  return Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd>(scaled).eigenvalues();
}

TEST(Problems, KnownPointsAreStationaryAndOfTheirKind) {
  for (const TestProblem& problem : test_problems()) {
    if (!problem.is_smooth()) continue;
    for (const std::int64_t n : sizes(problem)) {
      Objective f = interpreted(problem, n);
      std::vector<double> at_start(static_cast<std::size_t>(n));
      f.value_and_gradient(problem.start(n), at_start);
      for (const KnownPoint& point : problem.known_points(n)) {
        if (point.x.empty()) continue;
        const auto label =
            std::string(problem.name) + " " + std::string(name(point.kind)) + " n = " + std::to_string(n);
        std::vector<double> gradient(point.x.size());
        f.value_and_gradient(point.x, gradient);
        Eigen::MatrixXd hessian(n, n);
        f.hessian(point.x, {hessian.data(), static_cast<std::size_t>(n * n)});
        // A gradient that digits of x beyond the eighth explain.
        const Eigen::VectorXd x = Eigen::Map<const Eigen::VectorXd>(point.x.data(), n).cwiseAbs();
        const Eigen::VectorXd bound = 1e-8 * (hessian.cwiseAbs() * x);
        const double slack = 1e-13 * (1 + largest(at_start));
        for (std::int64_t i = 0; i < n; ++i) {
          EXPECT_LE(std::abs(gradient[static_cast<std::size_t>(i)]), bound[i] + slack) << label << ", coordinate " << i;
        }
        const Eigen::VectorXd curvatures = scaled_eigenvalues(hessian);
        const double rounding = 1e-7 * std::max(1.0, curvatures.cwiseAbs().maxCoeff());
        if (point.kind == Kind::saddle) {
          EXPECT_LT(curvatures.minCoeff(), -rounding) << label;
          EXPECT_GT(curvatures.maxCoeff(), rounding) << label;
        } else if (point.kind == Kind::maximum) {
          EXPECT_LT(curvatures.maxCoeff(), -rounding) << label;
        } else {
          EXPECT_GE(curvatures.minCoeff(), -rounding) << label;
        }
      }
    }
  }
}

TEST(Problems, NoPointNearbyIsLowerThanAMinimumWithKinks) {
  std::mt19937_64 random(1);
  std::normal_distribution<double> normal;
  for (const TestProblem& problem : test_problems()) {
    if (problem.family != Family::nonsmooth) continue;
    const std::int64_t n = small_size(problem);
    Objective f = interpreted(problem, n);
    for (const KnownPoint& point : problem.known_points(n)) {
      if (point.x.empty()) continue;
      for (int trial = 0; trial < 200; ++trial) {
        const double radius = std::pow(10.0, -1 - trial % 5);
        std::vector<double> x = point.x;
        for (double& one : x) one += radius * normal(random);
        EXPECT_GE(f.value(x), point.value - 1e-8 * (1 + std::abs(point.value)))
            << problem.name << " " << name(point.kind) << ", at distance " << radius;
      }
    }
  }
}

TEST(Problems, ValuesAndGradientsAgreeWithOtherImplementations) {
  for (const testing::Reference& reference : testing::references()) {
    const TestProblem& problem = test_problem(reference.name);
    const std::string label = reference.name + " n = " + std::to_string(reference.n);
    Objective f = interpreted(problem, reference.n);
    const std::vector<double> start = problem.start(reference.n);
    std::vector<double> gradient(start.size());
    EXPECT_NEAR(f.value_and_gradient(start, gradient), reference.value, 1e-12 * std::abs(reference.value)) << label;
    EXPECT_NEAR(largest(gradient), reference.largest_gradient, 1e-10 * reference.largest_gradient) << label;
    const std::vector<double> second = second_point(reference, start);
    EXPECT_NEAR(f.value_and_gradient(second, gradient), reference.second_value,
                1e-11 * std::abs(reference.second_value))
        << label;
    const double sum = std::accumulate(gradient.begin(), gradient.end(), 0.0);
    EXPECT_NEAR(sum, reference.second_gradient_sum, 1e-10 * static_cast<double>(reference.n) * largest(gradient))
        << label;
  }
}

TEST(Problems, NothingIsKnownToLieBelowTheGlobalMinimum) {
  for (const TestProblem& problem : test_problems()) {
    const auto list = problem.known_points(problem.dimensions.usual);
    for (const KnownPoint& point : list) {
      if (point.kind != Kind::global_minimum) continue;
      EXPECT_NEAR(list.front().value, point.value, 1e-9 * std::abs(point.value)) << problem.name;
    }
  }
}

TEST(Problems, AWrongNameSaysWhatItMayHaveMeant) {
  EXPECT_EQ(test_problem("ROSENBR").name, "rosenbrock");
  try {
    (void)test_problem("rosenbrok");
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "unknown problem 'rosenbrok'\n  hint: did you mean 'rosenbrock'?");
  }
  try {
    (void)test_problem("woods").objective(6);
    FAIL();
  } catch (const std::exception& error) {
    EXPECT_STREQ(error.what(), "woods: n = 6 is not 4, 8, 12, ...");
  }
}

}  // namespace
}  // namespace downhill
