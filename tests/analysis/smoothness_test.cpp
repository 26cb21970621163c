#include "analysis/smoothness.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <gtest/gtest.h>

namespace downhill::analysis {
namespace {

bool is_smooth_loss(const std::function<Array(const Array&)>& f) {
  const std::vector<Type> types{{DType::f64, Shape{3}}};
  return is_smooth(ir::trace([&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; }, types));
}

TEST(Smoothness, IsLostAtKinks) {
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(abs(x)); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return max(square(x)); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(relu(x)); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return norm(x); }));
}

TEST(Smoothness, IsKeptWhereKinksHaveNoDerivative) {
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(exp(x) * sin(x)); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return logsumexp(x); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(softplus(x)); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(abs(arange(3) - 1.0) * square(x)); }));
}

// |v|^p has second derivatives that change without jumps where p is above two, and no others.
TEST(Smoothness, IsKeptByPowersOfAbsoluteValuesAboveTwo) {
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x), 7.0 / 3)); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x - 1), 3)); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x), Array{2.5, 3, 4})); }));
  EXPECT_TRUE(is_smooth_loss([](const Array& x) { return pow(sum(pow(abs(x), 5)), 2); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x), 1.5)); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x), Array{2.5, 1, 4})); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(pow(abs(x), 3)) + sum(abs(x)); }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) {
    const Array a = abs(x);
    return sum(pow(a, 3) + a);
  }));
  EXPECT_FALSE(is_smooth_loss([](const Array& x) { return sum(abs(x) * abs(x - 1) * abs(x)); }));
}

}  // namespace
}  // namespace downhill::analysis
