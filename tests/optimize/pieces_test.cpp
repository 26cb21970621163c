#include <gtest/gtest.h>
#include <downhill/bounds.hpp>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/array_losses.hpp"

/// Losses with kinks: maxima, absolute values and norms of what is smooth.
namespace downhill {
namespace {

using Numbers = std::vector<double>;
using Kind = Verdict::Kind;

struct Case {
  const char* name;
  Function f;
  Numbers start;
  double minimum;
  Numbers x;
};

// All convex by composition.
std::vector<Case> convex_cases() {
  const Array design({1, 2, 3, 1, -1, 1, 0.5, -2, 1.5, 0.3}, {5, 2}), right = {1, 2, 3, 4, 2};
  const Array points({0, 0, 4, 0, 0, 3}, {3, 2});
  return {
      {"three planes",
       [](const Array& x) { return maximum(maximum(at(x, 0), at(x, 1)), -at(x, 0) - at(x, 1)); },
       {1, 2},
       0,
       {0, 0}},
      {"a length", [](const Array& x) { return sqrt(sum(square(x))); }, {1, 2}, 0, {0, 0}},
      {"a norm", [](const Array& x) { return norm(x - Array{1, -2, 3}); }, {0, 0, 0}, 0, {1, -2, 3}},
      {"hypot", [](const Array& x) { return hypot(at(x, 0) - 3, 2 * at(x, 1)); }, {1, 1}, 0, {3, 0}},
      {"two bowls",
       [](const Array& x) { return maximum(sum(square(x)), square(at(x, 0) - 1) + square(at(x, 1) + 1)); },
       {1, 2},
       0.5,
       {0.5, -0.5}},
      {"kinks across each other",
       [](const Array& x) { return abs(at(x, 0) + at(x, 1)) + abs(at(x, 0) - at(x, 1) - 1) + square(at(x, 0)); },
       {1, 2},
       0.25,
       {0.5, -0.5}},
      {"least absolute deviations",
       [=](const Array& x) { return sum(abs(matmul(design, x) - right)); },
       {0, 0},
       8.54,
       {0.6, 0.2}},
      {"a kink inside a kink",
       [](const Array& x) {
         return maximum(abs(at(x, 0)) + abs(at(x, 1)), 2 * abs(at(x, 0) - at(x, 1))) + square(at(x, 0) - 3);
       },
       {3, -2},
       32.0 / 9,
       {7.0 / 3, 7.0 / 9}},
      {"kinks inside squares",
       [](const Array& x) {
         return square(maximum(at(x, 0) - 1, 0.0)) + square(relu(3 - at(x, 1))) + 4 * abs(at(x, 0) - at(x, 1));
       },
       {5, -3},
       2,
       {2, 2}},
      {"a point that outweighs the others",
       [=](const Array& x) { return sum(Array{4, 1, 1} * sqrt(sum(square(reshape(x, {1, 2}) - points), Axes{{1}}))); },
       {1, 1},
       7,
       {0, 0}},
  };
}

TEST(Pieces, KinksOfAConvexLossAreReachedAndProvedToBeItsMinimum) {
  for (const Case& c : convex_cases()) {
    Objective f = loss(c.f, c.start.size());
    EXPECT_NE(f.capabilities().convexity, Convexity::unknown) << c.name;
    const Result r = minimize(f, c.start);
    EXPECT_NEAR(r.value, c.minimum, 1e-14 * (1 + c.minimum)) << c.name << ": " << r.message;
    for (std::size_t i = 0; i < c.x.size(); ++i) EXPECT_NEAR(r.x[i], c.x[i], 1e-13) << c.name;
    EXPECT_TRUE(r.success) << c.name << ": " << r.message;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << c.name << ": " << r.verdict.explanation;
    EXPECT_TRUE(r.verdict.global) << c.name << ": " << r.verdict.explanation;
  }
}

TEST(Pieces, UnitsOfTheLossAndOfItsVariablesDoNotMatter) {
  for (const Case& c : convex_cases()) {
    for (const double unit : {1e-6, 1e5}) {
      const std::size_t n = c.start.size();
      Numbers units(n, 1.0), start(c.start);
      units[0] = unit;
      start[0] /= unit;
      Objective f = loss([&](const Array& x) { return 1e-4 * c.f(x * Array(units)); }, n);
      const Result r = minimize(f, start);
      EXPECT_TRUE(r.success && r.verdict.global) << c.name << " * " << unit << ": " << r.message;
      EXPECT_NEAR(r.value, 1e-4 * c.minimum, 1e-16 * (1 + c.minimum)) << c.name;
    }
  }
}

TEST(Pieces, NoSizeOfTheLossIsTooLargeOrTooSmall) {
  for (const double unit : {1e-200, 1e-100, 1e100, 1e200}) {
    Objective f = loss(
        [=](const Array& x) {
          return unit * (maximum(abs(at(x, 0) - 3), 2 * abs(at(x, 1) + 1)) + square(at(x, 0)) + square(at(x, 1) + 2));
        },
        2);
    const Result r = minimize(f, Numbers{1, 2});
    EXPECT_TRUE(r.success && r.verdict.global) << unit << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << unit;
    EXPECT_NEAR(r.x[0], 0.5, 1e-9) << unit;
  }
}

TEST(Pieces, AKinkThatIsNoMinimumIsNotCalledOne) {
  // The gradient that is agreed upon at the kinks is zero.
  const std::vector<std::pair<Function, Numbers>> cases{
      {[](const Array& x) { return 0.1 * at(x, 0) + at(x, 1) * at(x, 1) - abs(at(x, 0)); }, {0, 0}},
      {[](const Array& x) { return abs(at(x, 1)) - abs(at(x, 0)); }, {0, 0}},
      {[](const Array& x) { return maximum(3 * at(x, 0) + at(x, 1), -3 * at(x, 0) + at(x, 1)) + square(at(x, 1)); },
       {0, 0}},
  };
  for (const auto& [f, start] : cases) {
    for (const char* method : {"bfgs", "gradient_descent", "lbfgs", "newton"}) {
      Objective objective = loss(f, 2);
      const Result r = minimize(objective, start, parse_method(method), {.max_iterations = 100});
      EXPECT_TRUE(!r.success || r.value < -0.2) << method << ": " << r.verdict.explanation;
    }
  }
}

TEST(Pieces, AMinimumOfSmoothPiecesThatIsNotConvexIsLocal) {
  Objective f = loss([](const Array& x) { return 1 + 100 * abs(at(x, 1) - square(at(x, 0))) + abs(1 - at(x, 0)); }, 2);
  const Result r = minimize(f, Numbers{-1.2, 1});
  EXPECT_NEAR(r.x[0], 1, 1e-12) << r.message;
  EXPECT_NEAR(r.x[1], 1, 1e-12);
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_FALSE(r.verdict.global);
}

TEST(Pieces, BoundsMayHoldAPointOnAKink) {
  Objective f = with_bounds(
      loss([](const Array& x) { return abs(at(x, 0) - at(x, 1)) + abs(at(x, 0) + at(x, 1) - 4) + at(x, 0); }, 2),
      Bounds{{1, -5}, {5, 1.5}, {}});
  const Result r = minimize(f, Numbers{4, 0});
  EXPECT_NEAR(r.value, 2.5, 1e-14) << r.message;
  EXPECT_EQ(r.x, (Numbers{1.5, 1.5}));
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_TRUE(r.verdict.global) << r.verdict.explanation;
}

TEST(Pieces, TheEdgeOfALevelFloorIsAMinimum) {
  // Any x[0] in [1, 2] is as good as another.
  Objective f = loss([](const Array& x) { return abs(at(x, 0) - 1) + abs(at(x, 0) + 1 - 3) + square(at(x, 1)); }, 2);
  for (const char* method : {"piecewise_newton", "nelder_mead"}) {
    const Result r = minimize(f, Numbers{0, 2}, parse_method(method));
    EXPECT_TRUE(r.success && r.verdict.global) << method << ": " << r.message << r.verdict.explanation;
    EXPECT_NEAR(r.value, 1, 1e-15) << method;
  }
}

TEST(Pieces, AVariableMayBeFixed) {
  const auto f = [](const Array& x) {
    return maximum(abs(at(x, 0) - at(x, 1)), abs(at(x, 2) + at(x, 1))) + abs(at(x, 0));
  };
  for (const char* method : {"auto", "nelder_mead", "lbfgsb"}) {
    Objective held = with_bounds(loss(f, 3), Bounds{{-9, 2, -9}, {9, 2, 9}, {}});
    const Numbers start{1, 2, 3};
    const Result r =
        std::string(method) == "auto" ? minimize(held, start) : minimize(held, start, parse_method(method));
    EXPECT_TRUE(!r.success || r.value < 2 + 1e-12) << method << ": " << r.message << r.verdict.explanation;
    if (std::string(method) != "auto") continue;
    EXPECT_TRUE(r.success && r.verdict.global) << r.message << r.verdict.explanation;
  }
}

TEST(Pieces, BoundsAndAbsoluteValuesHoldVariablesTogether) {
  // Each variable by itself: soft thresholding, then the nearest point within the bounds.
  const Array center = {3, 0.4, -2, 0.9};
  Objective f = with_bounds(loss([=](const Array& x) { return sum(square(x - center)) + 2 * sum(abs(x)); }, 4),
                            Bounds{{-1, -1, -0.5, 0.2}, {1.5, 1, 1, 1}, {}});
  const Result r = minimize(f, Numbers{0, 0.5, 0.5, 0.5});
  EXPECT_EQ(r.x, (Numbers{1.5, 0, -0.5, 0.2})) << r.message;
  EXPECT_TRUE(r.success && r.verdict.global) << r.verdict.explanation;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  ASSERT_EQ(r.verdict.active_bounds.size(), 3U);
  EXPECT_NEAR(r.verdict.active_bounds[0].multiplier, 1, 1e-12);
}

TEST(Pieces, WhereNothingIsProvedAFlatKinkIsNoSuccess) {
  // Stationary in the sense of Clarke, and lower only along a direction that is next to level.
  Objective f = loss(
      [](const Array& x) {
        return abs(at(x, 0) - 1) / 4 + sum(abs(slice(x, {{1, 50}}) - 2 * abs(slice(x, {{0, 49}})) + 1));
      },
      50);
  Numbers start(50, 1.0);
  start[0] = -1;
  const Result r = minimize(f, start);
  EXPECT_TRUE(!r.success || r.value < 0.4) << r.message << r.verdict.explanation;
}

TEST(Pieces, OffTheKinksAMinimumIsOneAsEver) {
  for (const char* method : {"nelder_mead", "pattern_search", "newton", "bfgs", "piecewise_newton"}) {
    Objective f =
        loss([](const Array& x) { return square(maximum(at(x, 0) - 5, 0.0)) + sum(square(x - Array{1, 2})); }, 2);
    const Result r = minimize(f, Numbers{7, 1}, parse_method(method));
    EXPECT_TRUE(r.success) << method << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << method;
    EXPECT_TRUE(r.verdict.global) << method;
  }
}

// Curved along a kink that runs along no variable, and variables in units far apart.
TEST(Pieces, CurvatureAlongAKinkIsSeenInAnyUnits) {
  for (const double unit : {1.0, 1e-4, 1e4}) {
    Objective f = loss(
        [unit](const Array& x) {
          const Array a = at(x, 0) / unit - 3, b = at(x, 1) * unit + 2;
          const Array u = 0.6 * a + 0.8 * b, v = 0.8 * a - 0.6 * b;
          return maximum(u, -2 * u) + square(v) + sin(2 * v);
        },
        2);
    const Result r = minimize(f, Numbers{unit, 1 / unit});
    EXPECT_TRUE(r.success) << unit << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << unit << ": " << r.verdict.explanation;
  }
}

// Each square is least on a line of its own: where all of them are lost in the rounding of f, no combination of their gradients is zero.
TEST(Pieces, SquaresThatAreLostInTheRoundingOfTheirLargestEndAtItsMinimum) {
  for (const double bend : {0.0, 0.3}) {  // convex, and not
    Objective f = loss(
        [bend](const Array& x) {
          const Array a = at(x, 0) - 3, b = at(x, 1) + 2;
          const Array u = 0.6 * a + 0.8 * b, v = 0.8 * a - 0.6 * b;
          return 10 + maximum(square(u), square(v)) + bend * (1 - cos(u * v));
        },
        2);
    const Result r = minimize(f, Numbers{5.3, 1.7});
    EXPECT_TRUE(r.success) << bend << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << bend << ": " << r.verdict.explanation;
    EXPECT_LT(r.value, 10 + 1e-14);
  }
}

// All gradients of a Hilbert matrix' rows are nearly dependent.
TEST(Pieces, NearlyDependentGradientsOfAConvexLossEndWhereNothingIsLeftToGain) {
  Objective f = loss(
      [](const Array& x) {
        const Array sums = expand_dims(arange(16), 0) + expand_dims(arange(16), 1);
        return max(abs(matmul(1 / (sums + 1), x - 0.7))) - 2;
      },
      16);
  const Result r = minimize(f, Numbers(16, 1.7));
  EXPECT_TRUE(r.success) << r.message << r.verdict.explanation;
  EXPECT_NEAR(r.value, -2, 2e-8);
}

TEST(Pieces, AnotherMethodEndsOnTheKinkThatItHasAllButReached) {
  for (const char* method : {"bfgs", "lbfgs", "newton", "nelder_mead"}) {
    Objective f = loss([](const Array& x) { return sqrt(sum(square(x - 2.0))) + 0.1 * sum(square(x)); }, 2);
    const Result r = minimize(f, Numbers{1, 2.5}, parse_method(method));
    EXPECT_TRUE(r.success) << method << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.x, (Numbers{2, 2})) << method;
    EXPECT_TRUE(r.verdict.global) << method << ": " << r.verdict.explanation;
  }
}

}  // namespace
}  // namespace downhill
