#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <memory>
#include <numbers>
#include <random>
#include <vector>

#include "optimize/newton_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/sparse_source.hpp"

/// Hessians of few entries, and Newton's method by them.
namespace downhill {
namespace {

using Kind = Verdict::Kind;
using LossOfOne = std::function<Array(const Array&)>;

Array head(const Array& x, std::int64_t n) { return slice(x, {{0, n - 1}}); }
Array tail(const Array& x, std::int64_t n) { return slice(x, {{1, n}}); }

Array rosenbrock_chain(const Array& x, std::int64_t n) {
  return sum(100.0 * square(tail(x, n) - square(head(x, n))) + square(1.0 - head(x, n)));
}

struct Case {
  const char* name;
  LossOfOne loss;
};

std::vector<Case> sparse_losses(std::int64_t n) {
  return {
      {"chain", [n](const Array& x) { return rosenbrock_chain(x, n); }},
      {"separable", [](const Array& x) { return sum(exp(x) - sin(x)); }},
      {"arrow", [n](const Array& x) { return sum(square(tail(x, n) - square(index(x, 0)))) + pow(index(x, 0), 4.0); }},
      {"grid",
       [n](const Array& x) {
         const auto side = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)));
         const Array u = reshape(x, {side, side});
         const Array right = slice(u, {{0, side}, {1, side}}) - slice(u, {{0, side}, {0, side - 1}});
         const Array down = slice(u, {{1, side}, {0, side}}) - slice(u, {{0, side - 1}, {0, side}});
         return sum(sqrt(1.0 + square(right))) + sum(sqrt(1.0 + square(down))) + sum(square(square(x)));
       }},
      {"with a matrix of zeros",
       [n](const Array& x) {
         std::vector<double> entries(static_cast<std::size_t>(n * n), 0.0);
         for (std::int64_t i = 0; i < n; ++i)
           entries[static_cast<std::size_t>(i * n + (i + 3) % n)] = 1.0 + 0.1 * static_cast<double>(i);
         return sum(cosh(matmul(Array(entries, {n, n}), x)) + square(x));
       }},
  };
}

Objective objective_of(const LossOfOne& f, std::int64_t n) {
  const ArrayFunction loss = [f](std::span<const Array> x) -> std::vector<Array> { return {f(x[0])}; };
  return traced_objective(loss, Type{DType::f64, {n}}, {});
}

std::vector<double> drawn(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> result(n);
  for (double& entry : result) entry = normal(random);
  return result;
}

TEST(SparseHessian, IsTheDenseOneAndCountsAsItsProducts) {
  constexpr std::int64_t n = 64;
  for (const Case& c : sparse_losses(n)) {
    Objective objective = objective_of(c.loss, n);
    optimize::SparseSource* sparse = objective.source()->sparse();
    ASSERT_NE(sparse, nullptr) << c.name;
    EXPECT_LE(sparse->products(), 12U) << c.name;
    const std::vector<double> x = drawn(n, 5);
    std::vector<double> dense(n * n);
    objective.hessian(x, dense);
    const optimize::SparseMatrix matrix = optimize::sparse_hessian(objective, x);
    EXPECT_EQ(objective.counts().hessian_vector, sparse->products()) << c.name;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t k = matrix.pattern->begin[i]; k < matrix.pattern->begin[i + 1]; ++k) {
        double& entry = dense[i * n + matrix.pattern->entries[k]];
        EXPECT_NEAR(matrix.entries[k], entry, 1e-13 * (1 + std::abs(entry))) << c.name;
        entry = 0;
      }
    }
    for (const double left : dense) ASSERT_EQ(left, 0) << c.name;
  }
}

TEST(SparseHessian, IsNotThereWhereMostEntriesMayDifferFromZeroOrThereAreKinks) {
  const auto none = [](const LossOfOne& f) { return objective_of(f, 200).source()->sparse() == nullptr; };
  EXPECT_TRUE(none([](const Array& x) { return square(sum(square(x))); }));
  const Array turned(drawn(200 * 200, 3), {200, 200});
  EXPECT_TRUE(none([&](const Array& x) { return rosenbrock_chain(matmul(turned, x), 200); }));
  EXPECT_TRUE(none([](const Array& x) { return sum(abs(x)); }));
  EXPECT_FALSE(none([](const Array& x) { return rosenbrock_chain(x, 200); }));
}

TEST(SparseHessian, EndsARunThatWandersWithinTheRoundingOfItsGradient) {
  // The discrete boundary value problem: the gradient was never large, and its rounding is above the tolerance of all of it.
  constexpr std::int64_t n = 1000;
  const double h = 1.0 / (n + 1);
  std::vector<double> start(n), t(n);
  for (std::size_t i = 0; i < start.size(); ++i) {
    t[i] = h * static_cast<double>(i + 1);
    start[i] = t[i] * (t[i] - 1);
  }
  const Array at(t, {n});
  Objective f = objective_of(
      [&](const Array& x) {
        const Array end = zeros({1});
        const Array before = concatenate({end, slice(x, {{0, n - 1}})}), after = concatenate({slice(x, {{1, n}}), end});
        const Array bend = x + at + 1.0;
        return sum(square(2.0 * x - before - after + (0.5 * h * h) * bend * bend * bend));
      },
      n);
  const Result r = minimize(f, start, NewtonCg{}, {.max_iterations = 1000});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_LT(r.value, 1e-25);
  EXPECT_LT(r.iterations, 100U);
}

// A band of random entries, indefinite where its diagonal is small, and a gradient.
struct RandomModel {
  static constexpr std::size_t n = 40;
  analysis::SparsityPattern pattern;
  std::vector<double> dense = std::vector<double>(n * n, 0.0);
  optimize::SparseMatrix matrix;
  optimize::Point at{drawn(n, 1), 0, drawn(n, 2)};

  RandomModel(unsigned seed, double diagonal) {
    const std::vector<double> entries = drawn(3 * n, seed);
    for (std::size_t i = 0; i < n; ++i) {
      dense[i * n + i] = diagonal + entries[3 * i];
      for (std::size_t k = 1; k <= 2 && i + k < n; ++k)
        dense[i * n + i + k] = dense[(i + k) * n + i] = entries[3 * i + k];
    }
    pattern.columns = n;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (dense[i * n + j] == 0 && i != j) continue;
        pattern.entries.push_back(static_cast<std::uint32_t>(j));
        matrix.entries.push_back(dense[i * n + j]);
      }
      pattern.begin.push_back(pattern.entries.size());
    }
    matrix.pattern = &pattern;
  }
  RandomModel(const RandomModel&) = delete;
  RandomModel& operator=(const RandomModel&) = delete;
};

void expect_steps_as_good(const RandomModel& random) {
  optimize::SparseFactors factors(random.pattern);
  const auto dense = optimize::dense_newton_model(random.dense, random.at);
  const auto sparse = optimize::sparse_newton_model(random.matrix, random.at, factors);
  EXPECT_EQ(sparse->gradient(), dense->gradient());  // the scale is the same
  const std::vector<double> plain = dense->newton_step(), found = sparse->newton_step();
  ASSERT_EQ(found.size(), plain.size());
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(found[i], plain[i], 1e-8 * (1 + std::abs(plain[i])));
  for (const double radius : {1e-3, 0.1, 1.0, 10.0, 1e3}) {
    const std::vector<double> best = dense->step_within(radius), step = sparse->step_within(radius);
    EXPECT_LE(optimize::norm(step), 1.11 * radius);
    EXPECT_GE(sparse->foretold_fall(step), 0.75 * dense->foretold_fall(best)) << radius;
  }
}

TEST(SparseNewtonModel, ItsStepsWithinARadiusAreNearlyAsGoodAsThoseByEigenvectors) {
  for (unsigned seed = 10; seed < 30; ++seed) {
    for (const double diagonal : {8.0, 2.0, 0.0, -3.0}) expect_steps_as_good(RandomModel(seed, diagonal));
  }
}

TEST(SparseNewtonModel, InTheHardCaseAStepGoesAlongTheLowestCurvature) {
  for (unsigned seed = 40; seed < 50; ++seed) {
    RandomModel random(seed, 3.0);
    for (std::size_t k = 0; k < random.n;
         ++k) {  // the first variable is by itself, with the lowest curvature and no slope
      random.dense[k] = random.dense[k * random.n] = k == 0 ? -20 : 0;
    }
    for (std::size_t k = 0; k < random.matrix.entries.size(); ++k) {
      const std::size_t row = static_cast<std::size_t>(std::ranges::upper_bound(random.pattern.begin, k) -
                                                       random.pattern.begin.begin() - 1);
      random.matrix.entries[k] = random.dense[row * random.n + random.pattern.entries[k]];
    }
    random.at.gradient[0] = 0;
    expect_steps_as_good(random);
  }
}

TEST(SparseNewton, MinimisesAChainOfManyVariables) {
  constexpr std::int64_t n = 10000;
  std::vector<double> start(n, 0.9);
  const Result r = minimize([](const Array& x) { return rosenbrock_chain(x, n); }, Array(start), Newton{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_LT(r.value, 1e-15);
  EXPECT_EQ(r.evaluations.hessian, 0U);
}

TEST(SparseNewton, LeavesASaddle) {
  constexpr std::int64_t n = 2000;
  const auto wells = [](const Array& x) {
    return sum(square(square(x) - 1.0)) + 0.1 * sum(square(tail(x, n) - head(x, n)));
  };
  const Result r = minimize(wells, Array(std::vector<double>(n, 0.0)), Newton{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
}

TEST(SparseNewton, OfManyVariablesIsRefusedWhereTheHessianIsDense) {
  const std::vector<double> start(6000, 1.0);
  EXPECT_THROW((void)minimize([](const Array& x) { return square(sum(square(x))); }, Array(start), Newton{}),
               OptionError);
}

TEST(Choice, IsNewtonCgWhereFewProductsGiveTheHessian) {
  for (const std::int64_t n : {50, 1000}) {
    const Choice choice = choose_method(objective_of([n](const Array& x) { return rosenbrock_chain(x, n); }, n));
    EXPECT_EQ(choice.method.name(), "newton_cg") << n;
    EXPECT_NE(choice.why.find("3 products"), std::string::npos) << choice.why;
  }
}

TEST(SparseNewtonCg, NeedsNoMoreProductsForADirectionThanTwiceThoseOfTheHessian) {
  constexpr std::int64_t n = 1000;  // the Hessian's condition is about 4e5, its products are three
  const auto loss = [](const Array& x) {
    return sum(square(x)) - sum(tail(x, n) * head(x, n)) - sum(x) + sum(square(square(x))) * 1e-14;
  };
  const Result r = minimize(loss, Array(std::vector<double>(n, 0.0)), NewtonCg{}, {.max_iterations = 5});
  EXPECT_LE(r.evaluations.hessian_vector, 6 * r.iterations + 200);  // the rest is the verdict's
}

TEST(SparseCurvature, TheSmallestIsExactWhereAllCurvaturesCrowdTogether) {
  constexpr std::int64_t n = 1000;
  const double smallest = 2 - 2 * std::cos(std::numbers::pi / (n + 1));
  for (const Method& method : {Method(Newton{}), Method(NewtonCg{})}) {
    const Result r = minimize([](const Array& x) { return sum(square(x)) - sum(tail(x, n) * head(x, n)) - sum(x); },
                              Array(std::vector<double>(n, 0.0)), method);
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
    EXPECT_NEAR(r.verdict.smallest_eigenvalue, smallest, 1e-9 * smallest) << method.text();
  }
}

TEST(SparseCurvature, AWayDownHiddenAmongManyIsFound) {
  constexpr std::int64_t n = 3000;
  const auto loss = [](const Array& x) {  // the only curvature that is not positive is -1e-6 of one variable
    const Array one = index(x, 1234);
    return sum(square(x) * (1.0 + arange(n) / 3000.0)) - square(one) * (1.0 + 1234.0 / 3000.0 + 5e-7) + pow(one, 4.0);
  };
  const Result r = minimize(loss, Array(std::vector<double>(n, 0.0)), Newton{});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_NEAR(r.value, -6.25e-14, 1e-18);
}

}  // namespace
}  // namespace downhill
