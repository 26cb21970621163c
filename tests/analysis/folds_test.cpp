#include "analysis/folds.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <gtest/gtest.h>

namespace downhill::analysis {
namespace {

std::size_t folds_of(const std::function<Array(const Array&)>& f) {
  const std::vector<Type> types{{DType::f64, Shape{3}}};
  return folds(ir::trace([&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; }, types).graph).size();
}

TEST(Folds, AreAbsoluteValuesAndLargerOnesThatEnterTheLossLinearly) {
  EXPECT_EQ(folds_of([](const Array& x) { return sum(abs(x)); }), 1u);
  EXPECT_EQ(folds_of([](const Array& x) { return mean(abs(x)) + 2.0 * sum(abs(x - 1.0)) - sum(square(x)); }), 2u);
  EXPECT_EQ(folds_of([](const Array& x) { return dot(abs(x), arange(3)) / 4.0; }), 1u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(maximum(x, -x)); }), 1u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(relu(x)); }), 1u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(sqrt(square(x - 1.0))); }), 1u);
}

TEST(Folds, AreNoneWhereTheLossIsNotLinearInThemOrTheyAreNotStraightInX) {
  EXPECT_EQ(folds_of([](const Array& x) { return square(sum(abs(x))); }), 0u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(abs(square(x) - 1.0)); }), 0u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(x * abs(x)); }), 0u);
  EXPECT_EQ(folds_of([](const Array& x) { return exp(sum(abs(x))); }), 0u);
  EXPECT_EQ(folds_of([](const Array& x) { return sum(abs(abs(x) - 1.0)); }), 0u) << "the inner one is folded again";
  EXPECT_EQ(folds_of([](const Array& x) { return sum(abs(arange(3) - 1.0)) + sum(x); }), 0u) << "a constant";
  EXPECT_EQ(folds_of([](const Array& x) { return sum(abs(astype(astype(x, DType::i32), DType::f64))); }), 0u)
      << "rounding is not straight";
}

}  // namespace
}  // namespace downhill::analysis
