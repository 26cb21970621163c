#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <random>

#include "optimize/active_bounds.hpp"
#include "optimize/bounded_cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;
using Kind = Verdict::Kind;

std::string refusal(const Objective& f, Bounds bounds) {
  try {
    (void)with_bounds(f, std::move(bounds));
  } catch (const Error& error) {
    return error.what();
  }
  return "taken";
}

Objective bowl(std::size_t n) {
  return smooth(
      n,
      [](const auto& x) {
        auto sum = square(x[0]);
        for (std::size_t i = 1; i < x.size(); ++i) sum = sum + square(x[i]);
        return sum;
      },
      true);
}

TEST(Bounds, WrongOnesNameTheVariableAndBothValues) {
  const Objective f = bowl(2);
  const double nan = std::nan("");
  EXPECT_EQ(refusal(f, {{0}, {1}}), "bounds: 1 lower and 1 upper bounds for 2 variables");
  EXPECT_EQ(refusal(f, {{0, 0}, {1, 1}, {"a"}}), "bounds: 1 names for 2 variables");
  EXPECT_EQ(refusal(f, {{0, 2}, {1, 1}}), "bounds: the lower bound of x[1] is above its upper bound: 2 > 1");
  EXPECT_EQ(refusal(f, {{0, 2}, {1, 1}, {"a", "b"}}), "bounds: the lower bound of b is above its upper bound: 2 > 1");
  EXPECT_EQ(refusal(f, {{0, nan}, {1, 1}}), "bounds: x[1] has a bound that is not a number: from nan to 1");
  EXPECT_EQ(refusal(f, {{inf, 0}, {inf, 1}}), "bounds: x[0] is left no finite number: from inf to inf");
  EXPECT_EQ(refusal(f, {{-inf, -inf}, {inf, inf}}), "taken");
}

TEST(Bounds, ThatBoundNothingLeaveTheObjectiveAsItIs) {
  EXPECT_EQ(with_bounds(bowl(1), {{-inf}, {inf}}).bounds(), nullptr);
  const Objective f = with_bounds(with_bounds(bowl(1), {{0}, {4}}), {{1}, {inf}});
  EXPECT_EQ(f.bounds()->lower, std::vector<double>{1});
  EXPECT_EQ(f.bounds()->upper, std::vector<double>{4});
}

// The multiplier, 0.1, is a 10^-13 part of the derivative at the start, and f curves down inwards; but it rises at first.
TEST(Bounds, AMultiplierFarBelowTheGradientOfTheStartHoldsAMinimum) {
  const auto loss = [](const auto& x) { return square(x[0]) + 0.1 * x[1] - square(x[1]) + 1e12 * square(x[0]) * x[1]; };
  Objective f = with_bounds(smooth(2, loss), {{-inf, 0}, {inf, 0.04}});
  const Result r = minimize(f, std::vector<double>{1, 0.02}, parse_method("lbfgsb"));
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message << r.verdict.explanation;
  EXPECT_EQ(r.x[1], 0);
}

TEST(Bounds, AreKeptByDifferencesToo) {
  // sqrt and log outside the bounds are NaN, which a difference across them would show.
  Callbacks values;
  values.value = [](std::span<const double> x) { return std::sqrt(x[0]) * (x[0] - 3) + std::log(2 - x[1]) + 0 * x[2]; };
  const Bounds bounds{{0.25, -1, 1}, {4, 1.999, 1}};
  for (const Objective& f : {with_differences(with_bounds(objective(3, values), bounds)),
                             with_bounds(with_differences(objective(3, values)), bounds)}) {
    Objective g = f;
    std::vector<double> gradient(3), hessian(9);
    for (const double x0 : {0.25, 0.2500001, 1.0, 4.0}) {
      for (const double x1 : {-1.0, 0.0, 1.999}) {
        const std::vector<double> x{x0, x1, 1};
        (void)g.value_and_gradient(x, gradient);
        const double expected = (1.5 * x0 - 1.5) / std::sqrt(x0);
        EXPECT_NEAR(gradient[0], expected, 2e-8);
        EXPECT_NEAR(gradient[1], -1 / (2 - x1), 1e-4 / (2 - x1));
        EXPECT_EQ(gradient[2], 0);
        g.hessian(x, hessian);
        EXPECT_NEAR(hessian[0], (0.75 + 0.75 / x0) / std::sqrt(x0), 2e-2);
        EXPECT_EQ(hessian[8], 0);
      }
    }
  }
}

TEST(Bounds, AStartOutsideIsMovedOntoThemAndSaidSo) {
  Objective f = with_bounds(bowl(2), {{1, -inf}, {4, inf}, {"s", "t"}});
  const Result r = minimize(f, std::vector{-3.0, 2.0});
  EXPECT_EQ(r.warnings, std::vector<std::string>{"bounds: s starts at 1 instead of -3, which is outside [1, 4]"});
  EXPECT_TRUE(r.success);
  EXPECT_EQ(r.x, (std::vector<double>{1, 0}));
}

TEST(Bounds, TheVerdictNamesTheActiveOnesAndTheirMultipliers) {
  Objective f = with_bounds(
      smooth(2, [](const auto& x) { return square(x[0] - 1.15) + square(x[1] + 2.0); }, true), {{-inf, 0}, {1, inf}});
  const Result r = minimize(f, std::vector{0.0, 5.0}, Lbfgsb{});
  ASSERT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  ASSERT_EQ(r.verdict.active_bounds.size(), 2u);
  EXPECT_EQ(r.verdict.active_bounds[0].side, ActiveBound::Side::upper);
  EXPECT_EQ(r.verdict.active_bounds[0].bound, 1);
  EXPECT_NEAR(r.verdict.active_bounds[0].multiplier, 0.3, 1e-12);
  EXPECT_EQ(r.verdict.active_bounds[1].side, ActiveBound::Side::lower);
  EXPECT_NEAR(r.verdict.active_bounds[1].multiplier, 4, 1e-12);
  EXPECT_EQ(
      r.verdict.explanation,
      "every variable is at a bound and f rises inwards; x[0] at its upper bound 1: the loss would fall at 0.3 a unit "
      "beyond it; x[1] at its lower bound 0: the loss would fall at 4 a unit beyond it; the loss is quadratic and "
      "curves down nowhere, so no point within the bounds is lower");
  EXPECT_TRUE(r.verdict.global);
}

TEST(Bounds, AQuadraticThatCurvesDownIsNotCalledGlobal) {
  Objective f = with_bounds(
      smooth(2, [](const auto& x) { return square(x[1]) - square(x[0]) - 0.1 * x[0]; }, true), {{-1, -inf}, {1, inf}});
  const Result r = minimize(f, std::vector{-1.0, 1.0}, ProjectedNewton{});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum);
  EXPECT_EQ(r.x[0], -1);
  EXPECT_FALSE(r.verdict.global) << r.verdict.explanation;
}

TEST(Bounds, AMultiplierOfTheWrongSignIsNotStationary) {
  Objective f = with_bounds(bowl(2), {{-1, -1}, {1, 1}});
  const Result r = minimize(f, std::vector{1.0, 0.0}, Lbfgsb{}, {.max_iterations = 0});
  EXPECT_EQ(r.verdict.kind, Kind::not_stationary);
  EXPECT_TRUE(r.verdict.active_bounds.empty());
  EXPECT_FALSE(r.success);
}

TEST(Bounds, FallsWithoutEndCountOnlyWhereTheBoundsHaveNone) {
  for (const char* method : {"lbfgsb", "projected_newton", "projected_gradient", "interior_point"}) {
    const auto line = [](const auto& x) { return -x[0] - 2.0 * x[1]; };
    Objective closed = with_bounds(smooth(2, line), {{0, 0}, {5, 3}});
    const Result at_bound = minimize(closed, std::vector{1.0, 1.0}, parse_method(method));
    EXPECT_EQ(at_bound.x, (std::vector<double>{5, 3})) << method << ": " << at_bound.message;
    EXPECT_EQ(at_bound.verdict.kind, Kind::strict_minimum) << method;
    Objective open = with_bounds(smooth(2, line), {{0, 0}, {inf, 3}});
    const Result r = minimize(open, std::vector{1.0, 1.0}, parse_method(method));
    EXPECT_EQ(r.verdict.kind, Kind::unbounded) << method << ": " << r.message;
    ASSERT_EQ(r.verdict.direction.size(), 2u);
    EXPECT_GT(r.verdict.direction[0], 0.999) << method;
    EXPECT_FALSE(r.success);
  }
}

TEST(Bounds, AMinimumTowardsInfinityAlongABoundIsUnattained) {
  Objective f = with_bounds(smooth(2, [](const auto& x) { return exp(-x[0]) + x[1]; }), {{0, 1}, {inf, inf}});
  const Result r = minimize(f, std::vector{1.0, 2.0}, Lbfgsb{});
  EXPECT_EQ(r.verdict.kind, Kind::unattained) << r.message << r.verdict.explanation;
  EXPECT_FALSE(r.success);
}

TEST(Bounds, AZeroMultiplierIsJudgedByTheWayInwards) {
  const auto verdict_at = [](const Objective& f, const std::vector<double>& x) {
    Objective g = f;
    return minimize(g, x, Lbfgsb{}, {.max_iterations = 0});
  };
  const Bounds quarter{{0, 0}, {inf, inf}};
  const auto at_corner = [&](auto loss) { return verdict_at(with_bounds(smooth(2, loss), quarter), {0, 0}); };
  // Indefinite, but f rises into the quarter: copositive.
  const Result rises = at_corner([](const auto& x) { return square(x[0]) + 3.0 * x[0] * x[1] + square(x[1]); });
  EXPECT_EQ(rises.verdict.kind, Kind::strict_minimum) << rises.verdict.explanation;
  const auto falls = [](const auto& x) { return square(x[0]) - 3.0 * x[0] * x[1] + square(x[1]); };
  const Result left = verdict_at(with_bounds(smooth(2, falls), {{0, 0}, {1, 1}}), {0, 0});
  EXPECT_EQ(left.x, (std::vector<double>{1, 1})) << left.verdict.explanation;
  EXPECT_EQ(left.escapes, 1u);
  // Level along an edge.
  const Result level = at_corner([](const auto& x) { return square(x[0]) + x[0] * x[1]; });
  EXPECT_EQ(level.verdict.kind, Kind::undecided) << level.verdict.explanation;
  const Result cubic = at_corner([](const auto& x) { return square(x[0]) + square(x[1]) * x[1]; });
  EXPECT_EQ(cubic.verdict.kind, Kind::undecided) << cubic.verdict.explanation;
  const Result downwards = at_corner([](const auto& x) { return square(x[0]) - square(x[1]) * x[1]; });
  EXPECT_FALSE(downwards.success) << downwards.verdict.explanation;
}

// Copositivity against many directions drawn at random.
TEST(Bounds, TheTestInwardsAgreesWithDrawnDirections) {
  std::mt19937 draw(3);
  const auto even = [&] { return static_cast<double>(draw() % 2001) / 1000.0 - 1; };
  using Sign = optimize::InwardCurvature::Sign;
  int saddles = 0, minima = 0;
  for (int round = 0; round < 60; ++round) {
    double h[4][4];
    for (int i = 0; i < 4; ++i) {
      for (int j = 0; j <= i; ++j) h[i][j] = h[j][i] = even();
      h[i][i] = 1.2 + even();
    }
    h[0][0] = 4;  // of the variable that no bound holds
    const auto loss = [=](const auto& x) {
      auto sum = h[0][0] * x[0] * x[0];
      for (std::size_t i = 0; i < 4; ++i) {
        for (std::size_t j = 0; j < 4; ++j) {
          if (i + j > 0) sum = sum + h[i][j] * x[i] * x[j];
        }
      }
      return sum;
    };
    double lowest = inf;
    for (int k = 0; k < 20000; ++k) {
      std::vector<double> d{0, std::abs(even()), std::abs(even()), std::abs(even())};
      for (std::size_t i = 1; i < 4; ++i) {
        if (draw() % 4 == 0) d[i] = 0;
      }
      const double size = d[1] + d[2] + d[3];
      if (size == 0) continue;
      d[0] = -(h[0][1] * d[1] + h[0][2] * d[2] + h[0][3] * d[3]) / h[0][0];
      lowest = std::min(lowest, loss(d) / (size * size));
    }
    std::vector<double> matrix;
    for (const auto& row : h) {
      for (const double entry : row) matrix.push_back(2 * entry);
    }
    const std::vector<double> inwards(3, 1.0), x(4, 1.0);
    const optimize::InwardCurvature found = optimize::inward_curvature(matrix, x, 1, inwards, 1e-14);
    if (lowest < -1e-3) {
      EXPECT_EQ(found.sign, Sign::negative) << lowest;
      ASSERT_EQ(found.direction.size(), 4u);
      EXPECT_LT(loss(found.direction), 0);
      EXPECT_GE(std::min({found.direction[1], found.direction[2], found.direction[3]}), 0);
    } else if (lowest > 1e-3) {
      EXPECT_EQ(found.sign, Sign::positive) << lowest;
    }
    saddles += found.sign == Sign::negative ? 1 : 0;
    minima += found.sign == Sign::positive ? 1 : 0;
  }
  EXPECT_GT(saddles, 5);
  EXPECT_GT(minima, 5);
}

TEST(Bounds, AllFixedLeavesOnePoint) {
  Objective f = with_bounds(bowl(2), {{1, 2}, {1, 2}});
  const Result r = minimize(f, std::vector{1.0, 2.0});
  EXPECT_TRUE(r.success);
  EXPECT_EQ(r.value, 5);
  EXPECT_EQ(r.reason, Reason::solved);
  EXPECT_TRUE(r.verdict.global);
  ASSERT_EQ(r.verdict.active_bounds.size(), 2u);
  EXPECT_EQ(r.verdict.active_bounds[1].multiplier, 4);
}

TEST(Bounds, FixedVariablesAreToldToCallbacksAndTraces) {
  Objective f = with_bounds(bowl(3), {{-inf, 7, -inf}, {inf, 7, inf}});
  bool is_whole = true;
  const RunOptions run{.callback =
                           [&](const Progress& p) {
                             is_whole = is_whole && p.x.size() == 3 && p.x[1] == 7;
                             return Continue::yes;
                           },
                       .record = Record::points};
  const Result r = minimize(f, std::vector{1.0, 7.0, 2.0}, Lbfgsb{}, {}, run);
  EXPECT_TRUE(is_whole);
  EXPECT_TRUE(r.success) << r.message;
  ASSERT_FALSE(r.trace.empty());
  EXPECT_EQ(r.trace.back().x, (std::vector<double>{0, 7, 0}));
}

TEST(Bounds, TheChoiceOfAMethodKnowsThem) {
  const Choice newton = choose_method(with_bounds(bowl(2), {{0, -inf}, {1, inf}}));
  EXPECT_EQ(newton.method.name(), "projected_newton");
  EXPECT_EQ(newton.why, "1 of 2 variables has bounds and second derivatives are cheap");
  Callbacks gradient;
  gradient.value_and_gradient = [](auto x, auto g) { return g[0] = 2 * x[0], x[0] * x[0]; };
  EXPECT_EQ(choose_method(with_bounds(objective(1, gradient), {{0}, {1}})).method.name(), "lbfgsb");
  EXPECT_EQ(choose_method(with_bounds(bowl(2), {{0, -inf}, {0, inf}})).method.name(), "newton") << "only fixed";
  EXPECT_EQ(choose_method(nonnegative_least_squares().objective).method.name(), "levenberg_marquardt");
}

TEST(Bounds, ARootMayEndAtItsBranchPoint) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 0.5 / std::sqrt(x[0]) + x[1];
    g[1] = 2 * (x[1] - 1) + x[0];
    g[2] = 0.5 / std::sqrt(x[2] - 1);
    return std::sqrt(x[0]) + square(x[1] - 1) + x[0] * x[1] + std::sqrt(x[2] - 1);
  };
  callbacks.hessian = [](std::span<const double> x, std::span<double> h) {
    std::ranges::fill(h, 0.0);
    h[0] = -0.25 / (x[0] * std::sqrt(x[0]));
    h[1] = h[3] = 1;
    h[4] = 2;
    h[8] = -0.25 / ((x[2] - 1) * std::sqrt(x[2] - 1));
  };
  for (const char* method : {"projected_newton", "lbfgsb", "projected_gradient", "interior_point", "nelder_mead"}) {
    for (const std::vector<double>& x0 : {std::vector<double>{2, 3, 4}, {0, 4, 1}, {1, -1, 1}}) {
      Objective f = with_bounds(objective(3, callbacks), {{0, -5, 1}, {9, 5, 9}});
      const Result r = minimize(f, x0, parse_method(method));
      EXPECT_TRUE(r.success) << method << ": " << r.message;
      EXPECT_EQ(r.x[0], 0) << method;
      EXPECT_NEAR(r.x[1], 1, 1e-4) << method;
      EXPECT_EQ(r.x[2], 1) << method;
      ASSERT_EQ(r.verdict.active_bounds.size(), 2u) << method;
      EXPECT_EQ(r.verdict.active_bounds[0].multiplier, inf) << method;
    }
  }
}

// Hock & Schittkowski 25: nearly level at its start, and not defined where u < x[1].
TEST(Bounds, HockSchittkowski25) {
  const auto residuals = [](const auto& x) {
    std::decay_t<decltype(x)> result;
    for (int i = 1; i <= 99; ++i) {
      const double u = 25 + std::pow(-50 * std::log(0.01 * i), 2.0 / 3);
      result.push_back(exp(-(pow(u - x[1], x[2]) / x[0])) - 0.01 * i);
    }
    return result;
  };
  Objective f = with_bounds(least_squares(3, 99, residuals), {{0.1, 0, 0}, {100, 25.6, 5}});
  const Result r = minimize(f, std::vector{100.0, 12.5, 3.0}, LevenbergMarquardt{});
  EXPECT_TRUE(!r.success || r.value < 1e-10) << r.value << ": " << r.message;
  const Result near = minimize(f, std::vector{60.0, 22.0, 1.2}, LevenbergMarquardt{});
  EXPECT_TRUE(near.success) << near.message;
  EXPECT_NEAR(near.x[0], 50, 1e-4);
  EXPECT_NEAR(near.x[1], 25, 1e-5);
  EXPECT_NEAR(near.x[2], 1.5, 1e-6);
}

}  // namespace
}  // namespace downhill
