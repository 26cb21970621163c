#include <fmt/format.h>
#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <cmath>

#include "optimize/cases.hpp"

/// What theory promises for descent with a fixed rate.
namespace downhill {
namespace {

using Theory = DescentTheory;

Array at(const Array& x, std::int64_t i) { return reshape(slice(x, {Range{i, i + 1, 1}}), Shape{}); }

Result descend(const std::function<Array(const Array&)>& f, const std::vector<double>& start, double rate,
               const Stop& stop = {}) {
  Objective objective =
      traced_objective(as_array_function(f), Type{DType::f64, Shape{static_cast<std::int64_t>(start.size())}});
  const Method method = parse_method(fmt::format("gradient_descent(line_search=fixed(learning_rate={}))", rate));
  return minimize(objective, start, method, stop);
}

// Curvatures 0.5 and 4.
Array ellipse(const Array& x) { return 0.25 * square(at(x, 0)) + 2.0 * square(at(x, 1) - 1.0); }

TEST(DescentTheory, OfAQuadraticHasItsCurvaturesAndHolds) {
  for (const double rate : {0.25, 0.1, 0.01}) {
    const Result r = descend(ellipse, {4, 3}, rate);
    ASSERT_TRUE(r.theory);
    const Theory& theory = *r.theory;
    EXPECT_NEAR(theory.largest_curvature, 4, 1e-12);
    EXPECT_NEAR(theory.smallest_curvature, 0.5, 1e-12);
    EXPECT_EQ(theory.measure, Theory::Measure::hessians);
    EXPECT_EQ(theory.convex, Theory::Premise::proved);
    EXPECT_EQ(theory.outlook, Theory::Outlook::converges) << theory.explanation;
    EXPECT_EQ(theory.bound, Theory::Bound::linear);
    EXPECT_TRUE(theory.holds) << theory.explanation;
    EXPECT_GT(theory.iteration, 0u);
    EXPECT_LE(theory.observed, theory.promised);
    // ‖x - x*‖² falls by (1 - γμ)² in each step, twice as fast as promised.
    EXPECT_NEAR(theory.observed_rate, std::pow(1 - rate * 0.5, 2), 1e-6);
    EXPECT_NEAR(theory.promised_rate, 1 - rate * 0.5, 1e-12);
    EXPECT_NEAR(std::log(theory.observed) / std::log(theory.promised), 2, 0.5) << theory.explanation;
    EXPECT_NEAR(theory.largest_rate, 0.5, 1e-12);
    EXPECT_NEAR(theory.rate_to_try, 0.25, 1e-12);
  }
}

TEST(DescentTheory, ForetellsDivergenceExactlyAboveTwoOverL) {
  for (const double rate : {0.3, 0.49, 0.499}) {
    const Result r = descend(ellipse, {4, 3}, rate);
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_EQ(r.theory->outlook, Theory::Outlook::falls) << r.theory->explanation;
    EXPECT_EQ(r.theory->bound, Theory::Bound::none);
  }
  for (const double rate : {0.501, 0.51, 1.0, 7.0}) {
    const Result r = descend(ellipse, {4, 3}, rate);
    EXPECT_FALSE(r.success);
    EXPECT_EQ(r.reason, Reason::diverged);
    EXPECT_EQ(r.theory->outlook, Theory::Outlook::diverges) << r.theory->explanation;
    EXPECT_NEAR(r.theory->largest_rate, 0.5, 1e-12);
    EXPECT_NEAR(r.theory->rate_to_try, 0.25, 1e-12);
  }
}

TEST(DescentTheory, ARunThatDivergedIsNoSuccessHoweverSteepTheFarPointsWere) {
  for (const double rate : {1.0, 3.0}) {
    const Result r = descend([](const Array& x) { return sum(square(square(x))); }, {1}, rate);
    EXPECT_FALSE(r.success) << r.message << ": " << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::not_stationary);
    EXPECT_EQ(r.theory->outlook, Theory::Outlook::diverges) << r.theory->explanation;
  }
}

TEST(DescentTheory, NeedsAMinimumForABound) {
  const Result r = descend([](const Array& x) { return sum(exp(-x)); }, {0}, 0.1, {.max_iterations = 1000});
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::unattained);
  EXPECT_EQ(r.theory->bound, Theory::Bound::none) << r.theory->explanation;
  const Result quartic =
      descend([](const Array& x) { return sum(square(square(x))); }, {1}, 0.05, {.max_iterations = 1000});
  EXPECT_EQ(quartic.theory->bound, Theory::Bound::sublinear) << "the curvature goes on falling";
}

TEST(DescentTheory, DoesNotForetellWhatDidNotHappen) {
  const Result r = descend(ellipse, {4, 1}, 1.5);  // without any part along the steep direction
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.theory->outlook, Theory::Outlook::may_rise) << r.theory->explanation;
}

TEST(DescentTheory, OfAConvexLossWithoutStrongConvexityIsSublinear) {
  // The minimum is a line.
  const auto valley = [](const Array& x) { return softplus(sum(x)) + softplus(-sum(x)); };
  const Result r = descend(valley, {3, -1}, 0.5);
  EXPECT_EQ(r.theory->bound, Theory::Bound::sublinear) << r.theory->explanation;
  EXPECT_EQ(r.theory->convex, Theory::Premise::proved);
  EXPECT_TRUE(r.theory->holds);
  EXPECT_TRUE(std::isnan(r.theory->promised_rate));
}

TEST(DescentTheory, OfLogisticRegressionHolds) {
  const Array points({0.5, 1.2, -0.3, 2.0, 1.1, -1.4, -0.7, 0.2, 1.9, 0.4, -1.1, -0.6}, Shape{6, 2});
  const Array sign{1, 1, -1, 1, -1, -1};
  const auto loss = [&](const Array& w) { return mean(softplus(-sign * matmul(points, w))) + 0.05 * sum(square(w)); };
  const Result r = descend(loss, {1, -2}, 0.5);
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.theory->bound, Theory::Bound::linear) << r.theory->explanation;
  EXPECT_EQ(r.theory->convex, Theory::Premise::proved);
  EXPECT_GT(r.theory->smallest_curvature, 0.1);
  EXPECT_LT(r.theory->largest_curvature, 1.0);
  EXPECT_TRUE(r.theory->holds) << r.theory->explanation;
}

TEST(DescentTheory, ClaimsNoBoundWhereTheLossCurvesDown) {
  const auto rosenbrock = [](const Array& x) {
    return 100.0 * square(at(x, 1) - square(at(x, 0))) + square(1.0 - at(x, 0));
  };
  for (const double rate : {1e-3, 5e-4}) {
    for (const double y : {1.0, 1.2, 2.0}) {
      for (const std::uint64_t most : {5000u, 100000u}) {
        const Result r = descend(rosenbrock, {-1.2, y}, rate, {.max_iterations = most});
        EXPECT_EQ(r.theory->convex, Theory::Premise::fails) << r.theory->explanation;
        EXPECT_EQ(r.theory->bound, Theory::Bound::none);
        EXPECT_TRUE(std::isnan(r.theory->promised));
      }
    }
  }
}

TEST(DescentTheory, OfABestFitLineGivesTheRateThatWorks) {
  const Array x{0, 1, 2, 3, 4, 5}, y{1.1, 2.9, 5.2, 7.1, 8.8, 11.2};
  const auto line = [&](const Array& p) { return mean(square(at(p, 0) * x + at(p, 1) - y)); };
  const Result wild = descend(line, {0, 0}, 0.2);
  EXPECT_EQ(wild.reason, Reason::diverged);
  ASSERT_EQ(wild.theory->outlook, Theory::Outlook::diverges) << wild.theory->explanation;
  const Result tamed = descend(line, {0, 0}, wild.theory->rate_to_try);
  EXPECT_TRUE(tamed.success) << tamed.message;
  EXPECT_EQ(tamed.theory->bound, Theory::Bound::linear);
  EXPECT_TRUE(tamed.theory->holds);
}

TEST(DescentTheory, SeesThroughRelu) {
  const Array x{0, 1, 2, 3, 4, 5}, y{0, 0, 0.9, 3.1, 5.0, 6.9};
  const auto fit = [&](const Array& p) { return mean(square(relu(at(p, 0) * x + at(p, 1)) - y)); };
  const Result r = descend(fit, {1, 0.5}, 0.05);
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.theory->convex, Theory::Premise::measured) << r.theory->explanation;
  EXPECT_GT(r.theory->smallest_curvature, 0);
  EXPECT_EQ(r.theory->bound, Theory::Bound::linear);
  EXPECT_NE(r.theory->explanation.find("which is no proof"), std::string::npos);
}

TEST(DescentTheory, MeasuresByGradientsWhereThereIsNoHessian) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = x[0];
    g[1] = 8 * x[1];
    return 0.5 * x[0] * x[0] + 4 * x[1] * x[1];
  };
  Objective f = objective(2, callbacks);
  const Result r =
      minimize(f, std::vector<double>{1, 1}, parse_method("gradient_descent(line_search=fixed(learning_rate=0.1))"));
  ASSERT_TRUE(r.theory);
  EXPECT_EQ(r.theory->measure, Theory::Measure::gradients);
  EXPECT_GT(r.theory->points, 10u);
  EXPECT_NEAR(r.theory->largest_curvature, 8, 0.1);
  EXPECT_NEAR(r.theory->smallest_curvature, 1, 1e-6);
  EXPECT_NE(r.theory->explanation.find("L is at least"), std::string::npos) << r.theory->explanation;
}

TEST(DescentTheory, IsOfFixedRatesAlone) {
  Objective f = traced_objective(as_array_function(ellipse), Type{DType::f64, Shape{2}});
  for (const char* method : {"gradient_descent", "gradient_descent(line_search=exact)", "newton", "lbfgs"}) {
    EXPECT_FALSE(minimize(f, std::vector<double>{4, 3}, parse_method(method)).theory) << method;
  }
}

TEST(DescentTheory, ThinsALongPath) {
  const Result r = descend(ellipse, {4, 3}, 1e-4, {.max_iterations = 20000});
  EXPECT_EQ(r.theory->outlook, Theory::Outlook::converges);
  EXPECT_LE(r.theory->points, 34u);
  EXPECT_EQ(r.theory->iteration, 0u) << "the minimum is not known";
  EXPECT_NEAR(r.theory->observed_rate, std::pow(1 - 0.5e-4, 2), 1e-5);
}

}  // namespace
}  // namespace downhill
