#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <numbers>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;
using Kind = Verdict::Kind;

Result run(Objective f, std::vector<double> x0, const Method& method = Newton{}) { return minimize(f, x0, method); }

TEST(Verdict, NewtonLeavesTheSaddleOfTwoWellsFromTheSaddleItself) {
  const Result r = run(smooth(2, [](const auto& x) { return two_wells(x); }), {0, 0});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message;
  EXPECT_TRUE(r.success);
  EXPECT_NEAR(r.value, -0.25, 1e-15);
  EXPECT_GT(r.x[1], 0) << "of two equal ways down the one with a positive first component";
}

TEST(Verdict, NewtonLeavesTheSaddleOfTwoWellsFromItsStableManifold) {
  const Result r = run(smooth(2, [](const auto& x) { return two_wells(x); }), {1, 0});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message;
  EXPECT_NEAR(r.value, -0.25, 1e-15);
  EXPECT_GT(r.x[1], 0);
  EXPECT_TRUE(r.success);
}

TEST(Verdict, AMaximumIsReportedByGradientDescentAndLeftByNewton) {
  const Objective f = smooth(1, [](const auto& x) { return cos(x[0]); });
  const Result stays = run(f, {0}, GradientDescent{});
  EXPECT_EQ(stays.verdict.kind, Kind::maximum);
  EXPECT_FALSE(stays.success);
  EXPECT_EQ(stays.reason, Reason::stationary_not_left);
  EXPECT_EQ(stays.verdict.negative_directions, 1u);
  const Result leaves = run(f, {0});
  EXPECT_EQ(leaves.verdict.kind, Kind::strict_minimum);
  EXPECT_TRUE(leaves.success);
  EXPECT_NEAR(leaves.x[0], std::numbers::pi, 1e-12);
}

TEST(Verdict, ASaddleReachedByGradientDescentIsNoSuccessAndShowsTheWayDown) {
  const Result r = run(smooth(2, [](const auto& x) { return two_wells(x); }), {1, 0}, GradientDescent{});
  EXPECT_EQ(r.verdict.kind, Kind::saddle) << r.message;
  EXPECT_FALSE(r.success);
  EXPECT_EQ(r.verdict.negative_directions, 1u);
  EXPECT_NEAR(r.verdict.direction[1], 1, 1e-12);
  EXPECT_NEAR(r.verdict.smallest_eigenvalue, -1, 1e-9);
  EXPECT_NEAR(r.verdict.largest_eigenvalue, 2, 1e-9);
}

TEST(Verdict, FallingForEverIsUnbounded) {
  const std::vector<std::pair<Objective, std::vector<double>>> cases = {
      {smooth(1, [](const auto& x) { return x[0] * x[0] * x[0]; }), {1}},
      {smooth(2, [](const auto& x) { return square(square(x[0])) - 3.0 * square(x[0] * x[1]) + square(square(x[1])); }),
       {0, 0}},
      {smooth(2, [](const auto& x) { return x[0] * x[0] * x[0] - 3.0 * x[0] * square(x[1]); }), {-1, 0.001}},
      {smooth(1, [](const auto& x) { return 1.0 * x[0]; }), {1}},
      {smooth(2, [](const auto& x) { return x[0] * x[1]; }), {0, 0}},
      {smooth(1, [](const auto& x) { return -log(x[0]); }), {2}},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    const Result r = run(cases[k].first, cases[k].second);
    EXPECT_EQ(r.verdict.kind, Kind::unbounded) << "case " << k << ": " << r.message;
    EXPECT_EQ(r.reason, Reason::unbounded) << "case " << k;
    EXPECT_FALSE(r.success);
    for (const double x : r.x) EXPECT_TRUE(std::isfinite(x)) << "case " << k;
  }
}

TEST(Verdict, ALinearLossIsUnboundedForGradientDescentWithAFixedStepToo) {
  const Result r = run(smooth(1, [](const auto& x) { return 1.0 * x[0]; }), {1}, GradientDescent{Fixed{0.01}});
  EXPECT_EQ(r.verdict.kind, Kind::unbounded) << r.message;
  EXPECT_LT(r.iterations, 100u);
}

TEST(Verdict, DegenerateMinimaAreUndecidedYetSuccessful) {
  for (const auto& [f, x0] : std::vector<std::pair<Objective, std::vector<double>>>{
           {smooth(1, [](const auto& x) { return square(square(x[0])); }), {1}},
           {smooth(1, [](const auto& x) { return pow(x[0], 20.0); }), {1.5}},
           {smooth(4, [](const auto& x) { return powell_singular(x); }), {3, -1, 0, 1}}}) {
    const Result r = run(f, x0);
    EXPECT_EQ(r.verdict.kind, Kind::undecided) << r.message;
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_LT(r.value, 1e-10);
  }
}

TEST(Verdict, ConvergingWhileXRunsOffIsUnattained) {
  for (const Method& method : {Method(Newton{}), Method(GradientDescent{}), Method(GradientDescent{Exact{}}),
                               Method(GradientDescent{Fixed{0.5}}), Method(LocalSearch{})}) {
    const Result exponential = run(smooth(1, [](const auto& x) { return exp(-x[0]); }), {0}, method);
    EXPECT_EQ(exponential.verdict.kind, Kind::unattained) << method.text() << exponential.message;
    EXPECT_FALSE(exponential.success);
    const Result logistic = run(smooth(2, [](const auto& w) { return separable_logistic(w); }), {0, 0}, method);
    EXPECT_EQ(logistic.verdict.kind, Kind::unattained) << method.text() << logistic.message;
    EXPECT_FALSE(logistic.success);
  }
}

// The line nearest to points one above the other is vertical, and no slope is: f falls for ever less as m grows, until rounding of
// m x + b is all that is left of it.
TEST(Verdict, AVerticalLineIsNotAttained) {
  const auto squared_distance = [](const auto& v) {
    auto sum = square(2 * v[0] + v[1] - 1) + square(2 * v[0] + v[1] - 2) + square(2 * v[0] + v[1] - 4);
    return sum / (3 * (1 + square(v[0])));
  };
  for (const auto& start : {std::vector<double>{0.5, 1}, std::vector<double>{-3, 0}, std::vector<double>{40, 7}}) {
    const Result r = run(smooth(2, squared_distance), start);
    EXPECT_EQ(r.verdict.kind, Kind::unattained) << r.message << r.verdict.explanation;
    EXPECT_FALSE(r.success);
  }
}

TEST(Verdict, AFlatFloorIsUndecidedNotUnattained) {
  const Result r = run(smooth(1, [](const auto& x) { return square(floor(x[0])); }), {3.7});
  EXPECT_EQ(r.verdict.kind, Kind::undecided) << r.message;
  EXPECT_EQ(r.value, 0);
}

TEST(Verdict, ACliffInSteepCurvatureDoesNotCountAsArrived) {
  // The gradient falls by 10 orders long before the minimum at 0.
  const Result r = run(smooth(1, [](const auto& x) { return exp(x[0]) - x[0]; }), {300});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message;
  EXPECT_NEAR(r.x[0], 0, 1e-7);
}

TEST(Verdict, AKinkIsNoSuccessUnlessTheMinimumIsHitExactly) {
  for (const Method& method : {Method(Newton{}), Method(GradientDescent{}), Method(GradientDescent{Candidates{}})}) {
    const Result r = run(smooth(2, [](const auto& x) { return abs(x[0]) + abs(x[1]); }), {1.3, -0.7}, method);
    EXPECT_TRUE(!r.success || r.value == 0) << method.text() << ": " << r.message;
    EXPECT_LT(r.value, 1e-6) << method.text();
  }
}

TEST(Verdict, HardScalesEndAtTheMinimum) {
  const auto ill = [](const auto& x) {
    auto sum = 0.5 * square(x[0]);
    for (std::size_t i = 1; i < 5; ++i) sum = sum + 0.5 * std::pow(10.0, 4.0 * static_cast<double>(i)) * square(x[i]);
    return sum;
  };
  EXPECT_LT(run(smooth(5, ill), {1, 1, 1, 1, 1}).value, 1e-20);
  EXPECT_EQ(run(smooth(1, [](const auto& x) { return 1e-150 * square(x[0]); }), {3}).value, 0);
  EXPECT_EQ(run(smooth(1, [](const auto& x) { return 1e300 * square(x[0]); }), {3}).value, 0);
  const Result offset = run(smooth(2, [](const auto& x) { return 1e8 + rosenbrock(x); }), {-1.2, 1});
  EXPECT_TRUE(offset.success) << offset.message;
  EXPECT_NEAR(offset.x[0], 1, 1e-4);
  EXPECT_NEAR(offset.x[1], 1, 1e-4);
  EXPECT_NEAR(run(smooth(1, [](const auto& x) { return x[0] - log(x[0]); }), {0.001}).value, 1, 1e-15);
  EXPECT_NEAR(run(smooth(1, [](const auto& x) { return sqrt(x[0]) + 1.0 / x[0]; }), {10}).value, 1.889881574842309,
              1e-14);
}

TEST(Verdict, ALongCurvedPathIsWalkedToItsEnd) {
  const Result r = run(smooth(8,
                              [](const auto& x) {
                                auto sum = square(x[0] - 1.0) / 4.0;
                                for (std::size_t i = 0; i + 1 < 8; ++i)
                                  sum = sum + square(x[i + 1] - 2.0 * square(x[i]) + 1.0);
                                return sum;
                              }),
                       {-1, 1, 1, 1, 1, 1, 1, 1});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_LT(r.value, 1e-15);
}

TEST(Verdict, AValleyWithoutEndIsNoSuccess) {
  // Biggs EXP6 (More, Garbow & Hillstrom 1981, problem 18) has a valley along which three coefficients run off and cancel.
  const auto residuals = [](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (int i = 1; i <= 13; ++i) {
      const double t = 0.1 * i, y = std::exp(-t) - 5 * std::exp(-10 * t) + 3 * std::exp(-4 * t);
      r.push_back(x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y);
    }
    return r;
  };
  const std::vector<double> x0{1, 2, 1, 1, 1, 1};
  for (const Method& method : {Method(Newton{}), Method(Newton{.growth = 4}), Method(LevenbergMarquardt{})}) {
    const Result r = run(least_squares(6, 13, residuals), x0, method);
    const bool is_known = r.value < 1e-8 || std::abs(r.value - 5.65564992e-3) < 1e-8;
    EXPECT_TRUE(!r.success || is_known) << method.text() << ": f = " << r.value << ": " << r.message;
  }
}

TEST(Verdict, ARunThatOnlyRoundingKeepsMovingEnds) {
  // Watson with 12 variables (problem 20): the smallest curvature is 1e-13 of the largest.
  const auto residuals = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    std::vector<T> r;
    for (int i = 1; i <= 29; ++i) {
      const double t = i / 29.0;
      T slope = 1.0 * x[1], value = 1.0 * x[0];
      double power = t;
      for (std::size_t j = 2; j <= 12; ++j, power *= t) {
        if (j > 2) slope = slope + (static_cast<double>(j) - 1) * (power / t) * x[j - 1];
        value = value + power * x[j - 1];
      }
      r.push_back(slope - square(value) - 1.0);
    }
    r.push_back(1.0 * x[0]);
    r.push_back(x[1] - square(x[0]) - 1.0);
    return r;
  };
  for (const Method& method : {Method(Newton{}), Method(LevenbergMarquardt{})}) {
    const Result r = run(least_squares(12, 31, residuals), std::vector<double>(12, 0.0), method);
    EXPECT_TRUE(r.success) << method.text() << ": " << r.message;
    EXPECT_NEAR(r.value, 4.722381105891757e-10, 1e-8 * 4.72e-10 + 1e-17) << method.text();
    EXPECT_LT(r.iterations, 1000u) << method.text();
  }
}

TEST(Verdict, AboveTheDenseLimitLanczosFindsTheSigns) {
  constexpr std::size_t n = 400;
  Callbacks callbacks;
  const auto curvature = [](std::size_t i) { return i == 7 ? -1.0 : 1.0 + 0.01 * static_cast<double>(i); };
  callbacks.value_and_gradient = [=](std::span<const double> x, std::span<double> g) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      g[i] = curvature(i) * x[i];
      sum += 0.5 * g[i] * x[i];
    }
    return sum;
  };
  callbacks.hessian_vector = [=](std::span<const double>, std::span<const double> v, std::span<double> out) {
    for (std::size_t i = 0; i < n; ++i) out[i] = curvature(i) * v[i];
  };
  std::vector<double> x0(n, 1.0);
  x0[7] = 0;
  const Result r = run(objective(n, callbacks), x0, GradientDescent{});
  EXPECT_EQ(r.verdict.kind, Kind::saddle) << r.message;
  EXPECT_NEAR(r.verdict.smallest_eigenvalue, -1, 1e-6);
  EXPECT_NEAR(r.verdict.largest_eigenvalue, curvature(n - 1), 1e-6);
  EXPECT_NEAR(r.verdict.direction[7], 1, 1e-6);
}

}  // namespace
}  // namespace downhill
