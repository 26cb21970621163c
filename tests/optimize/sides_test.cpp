#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include "optimize/array_losses.hpp"

/// Losses pieced together without a jump of the slope: second derivatives at the seam are those of one side.
namespace downhill {
namespace {

using Numbers = std::vector<double>;
using Kind = Verdict::Kind;

constexpr const char* methods[] = {"bfgs", "lbfgs", "newton", "trust_region", "nelder_mead"};

TEST(Sides, TheEdgeOfAFloorIsNoStrictMinimum) {
  for (const char* method : methods) {
    Objective f = loss([](const Array& x) { return where(at(x, 0) < 1, 5.0, 5.0 + square(at(x, 0) - 1)); }, 1);
    const Result r = minimize(f, Numbers{4}, parse_method(method));
    EXPECT_NEAR(r.value, 5, 1e-12) << method;
    EXPECT_NE(r.verdict.kind, Kind::strict_minimum) << method << ": " << r.verdict.explanation;
  }
}

TEST(Sides, APointFromWhichFFallsToOneSideIsNotTheEnd) {
  for (const char* method : methods) {
    Objective parabola = loss(
        [](const Array& x) { return where(at(x, 0) < 0, -square(at(x, 0)), square(at(x, 0))) + square(at(x, 1)); }, 2);
    Objective cubic = loss([](const Array& x) { return where(at(x, 0) < 0, pow(at(x, 0), 3.0), square(at(x, 0))); }, 1);
    EXPECT_FALSE(minimize(parabola, Numbers{1, 1}, parse_method(method)).success) << method;
    EXPECT_FALSE(minimize(cubic, Numbers{1}, parse_method(method)).success) << method;
  }
}

TEST(Sides, ALowerLevelAcrossAJumpIsTaken) {
  Objective f =
      loss([](const Array& x) { return where(at(x, 0) < 0, square(at(x, 0) + 1), 3.0 + square(at(x, 0))); }, 1);
  const Result r = minimize(f, Numbers{2}, parse_method("newton"));
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.x[0], -1, 1e-12);
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum);
}

TEST(Sides, AMinimumThatCurvesUpOnAllSidesIsStrict) {
  Objective f = loss(
      [](const Array& x) {
        return where(at(x, 0) + at(x, 1) < 0, 3.0, 1.0) * square(at(x, 0) + at(x, 1)) + square(at(x, 0) - at(x, 1));
      },
      2);
  const Result r = minimize(f, Numbers{2, 3}, parse_method("newton"));
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
}

TEST(Sides, DescentIntoAKinkEndsWhereItNoLongerMoves) {
  Objective f = loss([](const Array& x) { return square(minimum(at(x, 0), 0.0)) + abs(at(x, 1)); }, 2);
  const Result r = minimize(f, Numbers{-2, 2}, parse_method("gradient_descent"));
  EXPECT_LT(r.iterations, 1000u) << r.message;
  EXPECT_LT(r.value, 1e-12);
}

TEST(Sides, AlongAKinkOtherChoicesMayLevelOff) {
  // 0 for all x >= 0, y = 0; on a circle; on both axes.
  const std::vector<Function> losses = {
      [](const Array& x) { return square(minimum(at(x, 0), 0.0)) + abs(at(x, 1)); },
      [](const Array& x) { return abs(square(at(x, 0)) + square(at(x, 1)) - 1); },
      [](const Array& x) { return abs(at(x, 0)) * abs(at(x, 1)); },
  };
  const std::vector<Numbers> starts = {{-2, 2}, {0.3, 0.2}, {1, 1}};
  for (std::size_t k = 0; k < losses.size(); ++k) {
    for (const char* method : {"piecewise_newton", "newton", "trust_region"}) {
      Objective f = loss(losses[k], 2);
      const Result r = minimize(f, starts[k], parse_method(method));
      EXPECT_NE(r.verdict.kind, Kind::strict_minimum) << k << ' ' << method << ": " << r.verdict.explanation;
    }
  }
}

// The gradient is zero to its last digit where the curvature is 4e-8 and falls by 6 a unit.
TEST(Sides, AnInflectionThatIsHitToItsLastDigitIsNoStrictMinimum) {
  const auto arc = [](const Array& x) { return acos(index(x, 0)) + square(index(x, 0)); };
  const auto tangent = [](const Array& x) {
    return tan(index(x, 0)) - index(x, 0) + square(index(x, 1) - index(x, 0));
  };
  const auto beside = [](const Array& x) { return acos(index(x, 0)) + square(index(x, 0)) + square(index(x, 1)); };
  EXPECT_NE(minimize(beside, {0.5, 1}).verdict.kind, Verdict::Kind::strict_minimum);
  EXPECT_NE(minimize(arc, {0.5}).verdict.kind, Verdict::Kind::strict_minimum);
  EXPECT_NE(minimize(tangent, {1, 2}).verdict.kind, Verdict::Kind::strict_minimum);
}

}  // namespace
}  // namespace downhill
