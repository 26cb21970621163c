#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>
#include <numeric>

#include "optimize/cases.hpp"

/// Verdicts where rounding is all there is to see: curvatures, falls and slopes that cannot be told from zero.
namespace downhill {
namespace {

using namespace downhill::testing;
using Kind = Verdict::Kind;

// ½ xᵀHx with a matrix given by its entries.
template <class Entry>
Objective quadratic(std::size_t n, Entry entry) {
  std::vector<double> h(n * n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) h[i * n + j] = entry(i, j);
  }
  Callbacks callbacks;
  callbacks.value_and_gradient = [h, n](std::span<const double> x, std::span<double> g) {
    double value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      g[i] = 0;
      for (std::size_t j = 0; j < n; ++j) g[i] += h[i * n + j] * x[j];
      value += 0.5 * x[i] * g[i];
    }
    return value;
  };
  callbacks.hessian = [h](std::span<const double>, std::span<double> out) { std::ranges::copy(h, out.begin()); };
  return objective(n, callbacks);
}

TEST(VerdictRounding, ASingularConvexQuadraticIsNotUnbounded) {
  for (const std::size_t n : {12U, 40U}) {
    const auto hilbert = [](std::size_t i, std::size_t j) { return 1.0 / static_cast<double>(i + j + 1); };
    const std::vector<double> x0(n, -3.0);
    for (const Method& method : {Method(Newton{}), Method(TrustRegion{}), Method(NewtonCg{}), Method(Lbfgs{})}) {
      Objective f = quadratic(n, hilbert);
      const Result r = minimize(f, x0, method);
      EXPECT_NE(r.verdict.kind, Kind::unbounded) << method.text() << ' ' << n << ": " << r.message;
      EXPECT_NE(r.verdict.kind, Kind::saddle) << method.text() << ' ' << n << ": " << r.message;
      EXPECT_TRUE(r.success || method.name() == Lbfgs::name) << method.text() << ' ' << n << ": " << r.message;
      EXPECT_LT(std::abs(r.value), 1e-8) << method.text() << ' ' << n << ": " << r.message;
    }
  }
}

TEST(VerdictRounding, CurvatureBelowTheRoundingOfLargeOnesIsNoSaddle) {
  // A function of one combination of the variables: all other curvatures are zero (Moré, Garbow & Hillstrom 1981, problem 33).
  constexpr std::size_t n = 600;
  Callbacks callbacks;
  constexpr double scale = 1e8;
  const auto sum = [](std::span<const double> x) {
    double s = 0;
    for (std::size_t j = 0; j < x.size(); ++j) s += static_cast<double>(j + 1) * x[j];
    return s;
  };
  callbacks.value_and_gradient = [sum](std::span<const double> x, std::span<double> g) {
    const double r = sum(x) - 0.1;
    for (std::size_t j = 0; j < n; ++j) g[j] = 2 * scale * r * static_cast<double>(j + 1);
    return scale * r * r + 149.6;
  };
  callbacks.hessian_vector = [sum](std::span<const double>, std::span<const double> d, std::span<double> out) {
    const double s = sum(d);
    for (std::size_t j = 0; j < n; ++j) out[j] = 2 * scale * s * static_cast<double>(j + 1);
  };
  Objective f = objective(n, callbacks);
  const Result r = minimize(f, std::vector<double>(n, 1.0), Lbfgs{});
  EXPECT_EQ(r.verdict.kind, Kind::undecided) << r.message;
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.value, 149.6, 1e-9);
}

TEST(VerdictRounding, AGradientSmallOnlyAgainstAHugeFirstOneIsNotTheEnd) {
  // Variably dimensioned (problem 25): the first gradient is some 1e30.
  for (const std::size_t n : {250U, 1000U}) {
    Callbacks callbacks;
    const auto sum = [](std::span<const double> x, double center) {
      double s = 0;
      for (std::size_t j = 0; j < x.size(); ++j) s += static_cast<double>(j + 1) * (x[j] - center);
      return s;
    };
    callbacks.value_and_gradient = [sum](std::span<const double> x, std::span<double> g) {
      const double s = sum(x, 1);
      double value = s * s + s * s * s * s;
      for (std::size_t j = 0; j < x.size(); ++j) {
        value += (x[j] - 1) * (x[j] - 1);
        g[j] = 2 * (x[j] - 1) + static_cast<double>(j + 1) * (2 * s + 4 * s * s * s);
      }
      return value;
    };
    callbacks.hessian_vector = [sum](std::span<const double> x, std::span<const double> d, std::span<double> out) {
      const double s = sum(x, 1);
      const double common = (2 + 12 * s * s) * sum(d, 0);
      for (std::size_t j = 0; j < d.size(); ++j) out[j] = 2 * d[j] + static_cast<double>(j + 1) * common;
    };
    std::vector<double> x0(n);
    for (std::size_t j = 0; j < n; ++j) x0[j] = 1 - static_cast<double>(j + 1) / static_cast<double>(n);
    Objective f = objective(n, callbacks);
    const Result r = minimize(f, x0, Lbfgs{});
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_LT(r.value, 1e-10) << r.message;
  }
}

TEST(VerdictRounding, APlateauThatOneVariableIsLeftOnIsNotTheEnd) {
  // Of CUTEst's TOINTGSS the first steps settle all variables but the first, on which f then hardly depends.
  constexpr std::size_t n = 12;
  const auto tointgss = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i + 2 < n; ++i) {
      const auto width = 0.1 + square(x[i + 2]);
      sum = sum + (10.0 / (n + 2) + square(x[i + 2])) * (2.0 - exp(-(square(x[i] - x[i + 1]) / width)));
    }
    return sum;
  };
  for (const Method& method : {Method(Newton{}), Method(Lbfgs{}), Method(NewtonCg{}), Method(TrustRegion{})}) {
    Objective f = smooth(n, tointgss);
    const Result r = minimize(f, std::vector<double>(n, 3.0), method);
    EXPECT_TRUE(r.success) << method.text() << ": " << r.message;
    EXPECT_LT(r.value, 10.1) << method.text() << ": " << r.message;
  }
}

TEST(VerdictRounding, FallsThatAreRoundingAreNotFollowedForEver) {
  // (x - y)² as a difference of large terms: far along x = y nothing but their rounding is left of it.
  const auto cancelling = [](const auto& x) {
    return 1e10 * square(x[0]) - 2e10 * (x[0] * x[1]) + 1e10 * square(x[1]) + square(x[0] - 1.0);
  };
  for (const Method& method : {Method(Newton{}), Method(Lbfgs{}), Method(TrustRegion{})}) {
    Objective f = smooth(2, cancelling);
    const Result r = minimize(f, std::vector<double>{-1.3, 0.7}, method);
    EXPECT_NE(r.verdict.kind, Kind::unbounded) << method.text() << ": " << r.message;
    EXPECT_LT(std::abs(r.value), 1e-4) << method.text() << ": " << r.message;
  }
}

// Doubt along y, where f is level to third order, is none about x.
TEST(VerdictRounding, OneDegenerateDirectionIsNoReasonToStopEarlyAlongAnother) {
  for (const Method& method : {Method(Newton{}), Method(TrustRegion{}), Method(Lbfgs{})}) {
    Objective f = smooth(2, [](const auto& x) { return square(exp(x[0]) - 1.0) + square(square(x[1] - 1.0)); });
    const Result r = minimize(f, std::vector<double>{30, 5}, method);
    EXPECT_TRUE(!r.success || std::abs(r.x[0]) < 1e-5) << r.message << ' ' << r.x[0];
    if (method.name() != Newton::name) continue;
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::undecided);
    EXPECT_LT(std::abs(r.x[0]), 1e-10);
  }
}

}  // namespace
}  // namespace downhill
