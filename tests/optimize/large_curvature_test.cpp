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
