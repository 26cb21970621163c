#include "analysis/lowest_value.hpp"

#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <limits>

namespace downhill::analysis {
namespace {

using Loss = std::function<Array(const Array&)>;

double bound_of(const Loss& f) {
  const std::vector<Type> types{{DType::f64, {3}}};
  return lower_bound(ir::trace([&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; }, types));
}

TEST(LowestValue, IsZeroOfWhatIsNeverNegative) {
  const std::vector<Loss> losses = {
      [](const Array& x) { return sum(square(x)) * sum(abs(x)); },
      [](const Array& x) { return sum(relu(x - 1)); },
      [](const Array& x) { return abs(norm(x) - 1); },
      [](const Array& x) { return mean(square(exp(x) - 2)); },
      [](const Array& x) { return sum(where(x < 1, square(x), abs(x))); },
      [](const Array& x) { return sum(pow(abs(x), 1.5)); },
      [](const Array& x) { return max(abs(x)); },
      [](const Array& x) { return sum(minimum(abs(x), 1.0)); },
  };
  for (std::size_t k = 0; k < losses.size(); ++k) EXPECT_EQ(bound_of(losses[k]), 0) << k;
}

TEST(LowestValue, IsNotClaimedWhereZeroIsOnlyApproachedOrMadeByRounding) {
  const std::vector<Loss> losses = {
      [](const Array& x) { return sum(x); },
      [](const Array& x) { return sum(exp(x)); },
      [](const Array& x) { return square(sum(exp(x))); },
      [](const Array& x) { return sum(1 / (1 + square(x))); },
      [](const Array& x) { return sum(softplus(x)); },
      [](const Array& x) { return sum(1 - cos(x)); },
      [](const Array& x) { return sum(log(cosh(x))); },
      [](const Array& x) { return sum(sqrt(1 + square(x)) - 1); },
      [](const Array& x) { return abs(sum((1 + 1e-20 * square(x)) - 1)); },
  };
  for (std::size_t k = 0; k < losses.size(); ++k) {
    EXPECT_EQ(bound_of(losses[k]), -std::numeric_limits<double>::infinity()) << k;
  }
}

}  // namespace
}  // namespace downhill::analysis
