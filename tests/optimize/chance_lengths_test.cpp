#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

constexpr std::size_t n = 100;

// Curvatures from 2 to 12, bound together. Nothing in it is large or small where x_i starts large or small.
template <class X>
auto bowl(const X& x) {
  auto sum = 0.0 * x[0];
  for (std::size_t i = 0; i < n; ++i) {
    sum = sum + (1 + 0.05 * static_cast<double>(i)) * square(x[i] - 1.0) + 0.1 * square(square(x[i] - 1.0));
    if (i > 0) sum = sum + square(x[i] - x[i - 1]);
  }
  return sum;
}

// Weights drawn at random start at any length: no unit can be read off them.
TEST(QuasiNewton, TakesLengthsOfChanceForNoUnits) {
  std::vector<double> start(n);
  for (std::size_t i = 0; i < n; ++i) start[i] = std::exp2(-0.2 * static_cast<double>(i));
  for (const Method& method : {Method(Lbfgs{}), Method(Bfgs{})}) {
    Objective f = smooth(n, [](const auto& x) { return bowl(x); });
    const Result r = minimize(f, start, method);
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_LT(r.iterations, 100U) << r.message;
  }
}

// The same bowl with x_i in units of 2^-(i mod 20): there lengths are units.
TEST(QuasiNewton, TakesLengthsThatDerivativesAnswerForUnits) {
  std::vector<double> start(n);
  const auto unit = [](std::size_t i) { return std::ldexp(1.0, -static_cast<int>(i % 20)); };
  for (std::size_t i = 0; i < n; ++i) start[i] = 2.5 * unit(i);
  Objective f = smooth(n, [&](const auto& x) {
    auto scaled = x;
    for (std::size_t i = 0; i < n; ++i) scaled[i] = x[i] * (1 / unit(i));
    return bowl(scaled);
  });
  const Result r = minimize(f, start, Lbfgs{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_LT(r.iterations, 100U) << r.message;
}

}  // namespace
}  // namespace downhill
