#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/operations.hpp>

#include <cmath>
#include <numbers>

/// Verdicts by products with the Hessian, above the size up to which it is decomposed.
namespace downhill {
namespace {

using Kind = Verdict::Kind;

Array chain(const Array& x, std::int64_t n) {  // the Hessian has 2 on its diagonal and -1 beside it
  return sum(square(x)) - sum(slice(x, {{1, n}}) * slice(x, {{0, n - 1}}));
}

TEST(LargeCurvature, TheSmallestIsFoundWhereProductsAloneDoNotShowIt) {
  constexpr std::int64_t n = 400;
  const double smallest = 2 - 2 * std::cos(std::numbers::pi / (n + 1));
  for (const Method& method : {Method(NewtonCg{}), Method(Lbfgs{}), Method(ClosedForm{})}) {
    const Result r = minimize([](const Array& x) { return chain(x, n) - 2.0 * index(x, 0); },
                              Array(std::vector<double>(n, 0.0)), method);
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message << r.verdict.explanation;
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_NEAR(r.verdict.smallest_eigenvalue, smallest, 1e-9 * smallest) << method.text();
    EXPECT_NEAR(r.value, -2.0 * n / (n + 1), 1e-12);  // x_i = 2 (1 - (i + 1) / (n + 1))
  }
}

// Of a chain that is all but free, next to which curvatures lie close: -2e-7 along (1, ..., 1), 2e-5 and more along the others.
TEST(LargeCurvature, ASaddleThatIsNearlyFlatIsLeft) {
  constexpr std::int64_t n = 1000;
  const auto loss = [](const Array& x) {
    const Array bonds = slice(x, {{1, n}}) - slice(x, {{0, n - 1}});
    return sum(square(bonds)) - 1e-7 * sum(square(x)) + 1e-9 * sum(pow(x, 4.0));
  };
  const Result r = minimize(loss, Array(std::vector<double>(n, 0.0)), NewtonCg{});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message << r.verdict.explanation;
  EXPECT_NEAR(r.value, -0.0025, 1e-12);
  EXPECT_NEAR(r.verdict.smallest_eigenvalue, 4e-7, 1e-9);
}

// A strictly convex loss that falls for ever curves up next to nothing where a run gives up.
TEST(LargeCurvature, AStrictlyConvexLossWithoutAMinimumIsNoSuccess) {
  constexpr std::int64_t n = 400;
  const auto loss = [](const Array& x) {
    return sum(exp(-x)) + sum(square(slice(x, {{1, n}}) - slice(x, {{0, n - 1}})));
  };
  const Result r = minimize(loss, arange(n) / static_cast<double>(n - 1), Newton{});
  EXPECT_EQ(r.verdict.kind, Kind::unattained) << r.message << r.verdict.explanation;
  EXPECT_FALSE(r.success);
  EXPECT_FALSE(r.verdict.global);
  const Result further = minimize(loss, arange(n) / static_cast<double>(n - 1), NewtonCg{});
  EXPECT_NE(further.verdict.kind, Kind::strict_minimum) << further.message << further.verdict.explanation;
}

TEST(LargeCurvature, AFlatDirectionAmongManyIsNoStrictMinimumThoughTheLossIsNotConvex) {
  constexpr std::int64_t n = 500;
  const Array weights = pow(10.0, arange(n) / static_cast<double>(n) * 4.0);
  const auto loss = [&](const Array& x) {
    const Array level = index(x, 7);
    return sum(weights * log(1 + square(x))) - log(1 + square(level)) * index(weights, 7) + pow(level, 4.0);
  };
  const Result r = minimize(loss, Array(std::vector<double>(n, 0.3)), NewtonCg{});
  EXPECT_NE(r.verdict.kind, Kind::strict_minimum) << r.message << r.verdict.explanation;
}

TEST(LargeCurvature, AMinimumBesideASaddleAtTheStartIsAStrictOne) {
  const auto loss = [](const Array& x) {
    const Array one = index(x, 500);
    return sum(square(x)) - (1 + 1e-6) * square(one) + 1e-6 * pow(one, 4.0);
  };
  const Result r = minimize(loss, Array(std::vector<double>(1000, 0.0)), Lbfgs{});
  EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << r.message << r.verdict.explanation;
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.value, -2.5e-7, 2e-16);
}

}  // namespace
}  // namespace downhill
