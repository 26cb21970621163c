#include "optimize/norms.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "optimize/lane_sum.hpp"
#include "optimize/limited_memory.hpp"

namespace downhill::optimize {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

// Numbers without a pattern, of sizes from 2^-20 to 2^20.
std::vector<double> numbers(std::size_t n, unsigned seed) {
  std::vector<double> result(n);
  std::uint64_t state = seed;
  for (double& entry : result) {
    state = state * 6364136223846793005U + 1442695040888963407U;
    const auto bits = static_cast<double>(static_cast<std::int64_t>(state >> 11U) - (std::int64_t{1} << 52));
    entry = std::ldexp(bits, -52 + static_cast<int>(state % 41) - 20);
  }
  return result;
}

TEST(LaneSum, AddsInTheOrderThatIsDocumented) {
  for (const std::size_t n : {0U, 1U, 7U, 8U, 9U, 16U, 100U, 1003U}) {
    const std::vector<double> v = numbers(n, 3);
    double part[8] = {};
    const std::size_t whole = n - n % 8;
    for (std::size_t i = 0; i < whole; ++i) part[i % 8] += v[i];
    double sum = ((part[0] + part[4]) + (part[2] + part[6])) + ((part[1] + part[5]) + (part[3] + part[7]));
    for (std::size_t i = whole; i < n; ++i) sum += v[i];
    EXPECT_EQ(lane_sum(n, [&](std::size_t i) { return v[i]; }), sum) << n;
  }
}

TEST(Norms, APowerOfTwoChangesNoDigit) {
  for (const std::size_t n : {1U, 2U, 9U, 100U}) {
    const std::vector<double> v = numbers(n, 5);
    for (const int exponent : {-1000, -500, -399, -40, 1, 40, 480, 499, 900}) {
      std::vector<double> scaled(v);
      scale(scaled, exponent);
      EXPECT_EQ(largest(scaled), std::ldexp(largest(v), exponent)) << n << ' ' << exponent;
      EXPECT_EQ(norm(scaled), std::ldexp(norm(v), exponent)) << n << ' ' << exponent;
    }
  }
}

TEST(Norms, ScalingRoundsOnceWhereNumbersAreSubnormal) {
  for (const int exponent : {-1060, -1045, 1030, -2000}) {
    std::vector<double> scaled = numbers(50, 7);
    const std::vector<double> v = scaled;
    scale(scaled, exponent);
    for (std::size_t i = 0; i < v.size(); ++i) EXPECT_EQ(scaled[i], std::ldexp(v[i], exponent)) << exponent;
  }
}

TEST(Norms, WhatIsNotANumberIsSeenWhereverItStands) {
  for (const std::size_t n : {1U, 8U, 20U}) {
    for (std::size_t i = 0; i < n; ++i) {
      std::vector<double> v(n, -1.0);
      v[i] = nan;
      EXPECT_TRUE(std::isnan(largest(v)) && std::isnan(norm(v)) && !is_finite(v)) << n << ' ' << i;
      v[i] = -infinity;
      EXPECT_EQ(largest(v), infinity);
      EXPECT_EQ(norm(v), infinity);
      EXPECT_FALSE(is_finite(v));
    }
  }
  EXPECT_EQ(largest({}), 0);
  EXPECT_EQ(norm({}), 0);
  EXPECT_TRUE(is_finite({}));
}

TEST(Norms, SquaresThatOverflowOrVanishDoNoHarm) {
  EXPECT_DOUBLE_EQ(norm(std::vector<double>(100, 1e300)), 1e301);
  EXPECT_DOUBLE_EQ(norm(std::vector<double>(100, 1e-300)), 1e-299);
}

TEST(LimitedMemory, CurvatureIsSafelyPositiveInAnyUnits) {
  const std::vector<double> step = numbers(20, 11), before = numbers(20, 12);
  std::vector<double> after(before);
  for (std::size_t i = 0; i < after.size(); ++i) after[i] += 0.1 * step[i];
  for (const int exponent : {-1000, -600, 0, 600, 980}) {
    std::vector<double> s(step), from(before), to(after);
    scale(s, exponent);
    scale(from, exponent);
    scale(to, exponent);
    EXPECT_TRUE(is_safely_positive(s, from, to)) << exponent;
    EXPECT_FALSE(is_safely_positive(s, to, from)) << exponent;
    EXPECT_FALSE(is_safely_positive(s, from, from)) << exponent;
    const std::vector<double> nothing(from.size(), 0.0);
    EXPECT_EQ(is_safely_positive(s, nothing, s), true) << exponent;
    EXPECT_EQ(is_safely_positive(s, s, nothing), false) << exponent;
  }
}

}  // namespace
}  // namespace downhill::optimize
