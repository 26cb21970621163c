#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include "optimize/array_losses.hpp"

/// Minima at which kinks cross, of losses that are otherwise level along some ways, or far from zero.
namespace downhill {
namespace {

using Numbers = std::vector<double>;
using Kind = Verdict::Kind;

struct Case {
  const char* name;
  Function f;
  double minimum;
  Numbers x;
};

void expect_proved(const Case& c, double digits) {
  for (const char* method : {"auto", "lbfgs", "bfgs"}) {
    Objective f = loss(c.f, 2);
    const Numbers start{-0.754, 2.845};
    const Result r = std::string(method) == "auto" ? minimize(f, start) : minimize(f, start, parse_method(method));
    EXPECT_TRUE(r.success) << c.name << " " << method << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << c.name << " " << method << ": " << r.verdict.explanation;
    EXPECT_TRUE(r.verdict.global) << c.name << " " << method;
    EXPECT_NEAR(r.value, c.minimum, digits) << c.name << " " << method;
    for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(r.x[i], c.x[i], digits) << c.name << " " << method;
  }
}

TEST(Pieces, CurvatureAlongSomeWaysAloneHidesNoMinimum) {
  const std::vector<Case> cases{
      {"a far kink and a parabola",
       [](const Array& x) {
         const Array u = at(x, 0), v = at(x, 1);
         return abs(u + v + 2) + abs(u - v + 1) + 0.3 * abs(u + 2 * v) + 0.1 * square(u);
       },
       0.975,
       {-1.5, -0.5}},
      {"absolute values and the square of a sum",
       [](const Array& x) { return sum(abs(x - Array{3, -2})) + 0.1 * square(sum(relu(x))); },
       0.9,
       {3, -2}},
      {"three planes and a parabola",
       [](const Array& x) {
         const Array u = at(x, 0), v = at(x, 1);
         return maximum(maximum(u + v, u - v), -3 * u) + 0.1 * square(u - 1);
       },
       0.1,
       {0, 0}},
  };
  for (const Case& c : cases) expect_proved(c, 1e-12);
}

TEST(Pieces, OffsetsOfDataAndOfTheLossHideNoMinimum) {
  const Array t = {0, 1, 2, 3, 4, 5}, y = {1.1, 2.9, 5.2, 7.1, 8.8, 11.3};
  for (const double offset : {1e4, 1e6}) {
    const auto residuals = [=](const Array& x) { return at(x, 0) * t + at(x, 1) - (y + offset); };
    expect_proved({"sum", [=](const Array& x) { return sum(abs(residuals(x))); }, 0.8, {2, 1.1 + offset}},
                  1e-14 * offset);
    const auto near = [=](const Array& x) { return at(x, 0) * t + at(x, 1) - y; };
    expect_proved({"sum and more", [=](const Array& x) { return sum(abs(near(x))) + offset; }, 0.8 + offset, {2, 1.1}},
                  1e-14 * offset);
  }
}

TEST(Pieces, WhatIsLeftOfTheGradientMakesNoCurvatureOfALevelValley) {
  Objective f = loss(
      [](const Array& x) {
        const Array z = at(x, 2);
        return abs(z - 1) + square(at(x, 0) * at(x, 1) - 1) + 1e-3 * square(maximum(z, 0.0));
      },
      3);
  const Result r = minimize(f, Numbers{3, 2, 3}, parse_method("piecewise_newton"));
  EXPECT_NEAR(r.value, 1e-3, 1e-12);
  EXPECT_NE(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_NE(r.verdict.kind, Kind::saddle) << r.verdict.explanation;
}

TEST(Pieces, WhereNoChoiceIsCloseALossIsJudgedAsTheSmoothOneThatItIs) {
  const Array px = {-1.29, -1.38, 5.03, -9.45, -2.11, 1.09, -5.56},
              py = {0.0407, 6.47, -13.6, -0.874, 1.07, 10.6, -1.89};
  const Array d = {3.454, 6.703, 14.39, 11.61, 4.185, 9.876, 7.946};
  Objective distances =
      loss([=](const Array& x) { return sum(square(sqrt(square(px - at(x, 0)) + square(py - at(x, 1))) - d)); }, 2);
  const Result r = minimize(distances, Numbers{-0.7204, -9.448}, parse_method("dogleg"));
  EXPECT_TRUE(r.success) << r.message << r.verdict.explanation;
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_NEAR(r.value, 0.0549081432, 1e-9);
  const Array a({-1.95, -3.47, -3.47, 1.39}, {2, 2});
  Objective free_of_scale = loss(
      [=](const Array& x) {
        const Array u = x / norm(x);
        return sum(u * matmul(a, u));
      },
      2);
  const Result s = minimize(free_of_scale, Numbers{-0.001191, -6.967e-05});
  EXPECT_TRUE(s.success) << s.message << s.verdict.explanation;
  EXPECT_NEAR(s.value, -4.1309479352, 1e-9);
}

}  // namespace
}  // namespace downhill
