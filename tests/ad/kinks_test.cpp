#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <vector>

// The table of docs/derivatives.md.

namespace downhill {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

struct Kink {
  std::string what;
  std::function<Array(const Array&)> f;  ///< scalar function of a vector
  std::vector<double> x;
  std::vector<double> gradient;
  bool is_same_forward = true;  ///< an infinite slope inside meets a zero one, and the modes differ
};

const std::vector<Kink>& kinks() {
  static const auto at = [](const Array& x, std::int64_t k) { return index(x, k); };
  static const std::vector<Kink> all{
      {"abs at 0", [](const Array& x) { return abs(at(x, 0)); }, {0}, {0}},
      {"sign", [](const Array& x) { return sign(at(x, 0)); }, {2}, {0}},
      {"floor at 1", [](const Array& x) { return floor(at(x, 0)); }, {1}, {0}},
      {"relu at 0", [](const Array& x) { return relu(at(x, 0)); }, {0}, {0}},
      {"maximum, tie", [](const Array& x) { return maximum(at(x, 0), at(x, 1)); }, {1, 1}, {0.5, 0.5}},
      {"maximum with a constant, tie", [](const Array& x) { return maximum(at(x, 0), 0.0); }, {0}, {0.5}},
      {"maximum of NaN", [](const Array& x) { return maximum(at(x, 0), 0.0); }, {nan}, {nan}},
      {"max, two of three tie", [](const Array& x) { return max(x); }, {1, 1, 0}, {0.5, 0.5, 0}},
      {"clip at its edge", [](const Array& x) { return clip(at(x, 0), -1.0, 1.0); }, {1}, {0.5}},
      {"sort, tie", [](const Array& x) { return at(sort(x), 0); }, {2, 2}, {1, 0}},
      {"norm at 0", [](const Array& x) { return norm(x); }, {0, 0}, {0, 0}},
      {"hypot at 0", [](const Array& x) { return hypot(at(x, 0), at(x, 1)); }, {0, 0}, {0, 0}},
      {"hypot of tiny numbers",
       [](const Array& x) { return hypot(at(x, 0), at(x, 1)); },
       {1e-200, 1e-200},
       {std::sqrt(0.5), std::sqrt(0.5)}},
      {"norm of tiny numbers", [](const Array& x) { return norm(x); }, {3e-200, 4e-200}, {0.6, 0.8}},
      {"norm of huge numbers", [](const Array& x) { return norm(x); }, {3e200, 4e200}, {0.6, 0.8}},
      {"sqrt at 0", [](const Array& x) { return sqrt(at(x, 0)); }, {0}, {infinity}},
      {"log at 0", [](const Array& x) { return log(at(x, 0)); }, {0}, {infinity}},
      {"log below 0", [](const Array& x) { return log(at(x, 0)); }, {-1}, {nan}},
      {"log2 below 0", [](const Array& x) { return log2(at(x, 0)); }, {-1}, {nan}},
      {"log10 below 0", [](const Array& x) { return log10(at(x, 0)); }, {-1}, {nan}},
      {"log1p below -1", [](const Array& x) { return log1p(at(x, 0)); }, {-2}, {nan}},
      {"asin at 1", [](const Array& x) { return asin(at(x, 0)); }, {1}, {infinity}},
      {"acos at 1", [](const Array& x) { return acos(at(x, 0)); }, {1}, {-infinity}},
      {"pow, exponent 0", [](const Array& x) { return pow(at(x, 0), at(x, 1)); }, {-2, 0}, {0, nan}},
      {"pow at (0, 1)", [](const Array& x) { return pow(at(x, 0), at(x, 1)); }, {0, 1}, {1, 0}},
      {"pow at (-2, 2)", [](const Array& x) { return pow(at(x, 0), at(x, 1)); }, {-2, 2}, {-4, nan}},
      {"power 0 by a plain number", [](const Array& x) { return pow(at(x, 0), 0); }, {0}, {0}},
      {"xlogy at (0, 2)", [](const Array& x) { return xlogy(at(x, 0), at(x, 1)); }, {0, 2}, {std::log(2.0), 0}},
      {"xlogy at (0, 0)", [](const Array& x) { return xlogy(at(x, 0), at(x, 1)); }, {0, 0}, {-infinity, nan}},
      {"entropy at 0", [](const Array& x) { return entropy(at(x, 0)); }, {0}, {infinity}},
      {"atan2 at the origin", [](const Array& x) { return atan2(at(x, 0), at(x, 1)); }, {0, 0}, {nan, nan}},
      {"sinc at 0", [](const Array& x) { return sinc(at(x, 0)); }, {0}, {0}},
      {"prod with one zero", [](const Array& x) { return prod(x); }, {2, 0, 3}, {0, 6, 0}},
      {"prod with two zeros", [](const Array& x) { return prod(x); }, {0, 0, 3}, {0, 0, 0}},
      {"0 * sqrt(x) at 0", [](const Array& x) { return 0.0 * sqrt(at(x, 0)); }, {0}, {0}, false},
      {"where, sqrt not taken", [](const Array& x) { return where(at(x, 0) > 0, sqrt(at(x, 0)), 0.0); }, {0}, {0}},
      {"where, log not taken", [](const Array& x) { return where(at(x, 0) > 0, log(at(x, 0)), 0.0); }, {0}, {0}},
      {"where, exp overflows", [](const Array& x) { return where(at(x, 0) < 1, exp(at(x, 0)), 0.0); }, {1000}, {0}},
      {"log_softmax of [0, -inf]", [](const Array& x) { return at(log_softmax(x), 0); }, {0, -infinity}, {0, 0}},
      {"logsumexp at 1000", [](const Array& x) { return logsumexp(x); }, {1000, -1000}, {1, 0}},
      {"NaN row masked out", [](const Array& x) { return sum(where(equal(x, x), x, 0.0)); }, {nan, 2}, {0, 1}},
      {"sqrt of a square at 0, by the chain rule",
       [](const Array& x) { return sqrt(square(at(x, 0))); },
       {0},
       {nan},
       false},
  };
  return all;
}

bool is_same(double a, double b) {
  return (std::isnan(a) && std::isnan(b)) || a == b || std::abs(a - b) <= 1e-15 * std::abs(b);
}

TEST(Kinks, FollowTheTableInReverseMode) {
  for (const Kink& kink : kinks()) {
    const std::vector<double> found = grad(kink.f)(Array(kink.x)).values();
    for (std::size_t k = 0; k < found.size(); ++k) {
      EXPECT_TRUE(is_same(found[k], kink.gradient[k]))
          << kink.what << ", coordinate " << k << ": " << found[k] << " for " << kink.gradient[k];
    }
  }
}

TEST(Kinks, FollowTheTableInForwardMode) {
  for (const Kink& kink : kinks()) {
    for (std::size_t k = 0; k < kink.x.size(); ++k) {
      std::vector<double> unit(kink.x.size(), 0.0);
      unit[k] = 1;
      if (!kink.is_same_forward) {
        continue;
      }
      const double found = jvp(as_array_function(kink.f), {Array(kink.x)}, {Array(unit)}).tangents[0].item();
      EXPECT_TRUE(is_same(found, kink.gradient[k]))
          << kink.what << ", coordinate " << k << ": " << found << " for " << kink.gradient[k];
    }
  }
}

TEST(Kinks, SecondDerivativesStayFinite) {
  const auto quartic = [](const Array& x) { return pow(x, 4); };
  EXPECT_EQ(grad(grad(grad(grad(grad(quartic)))))(Array(0.0)).item(), 0.0);
  EXPECT_EQ(grad(grad([](const Array& x) { return pow(x, 0); }))(Array(0.0)).item(), 0.0);
  const auto angle = [](const Array& y) { return atan2(y, 0.0); };
  EXPECT_EQ(grad(grad(angle))(Array(0.005)).item(), 0.0);
  const auto determinant = [](const Array& a) { return index(a, 0) * index(a, 3) - index(a, 1) * index(a, 2); };
  EXPECT_EQ(hessian(determinant)(Array({0, 0, 0, 0})).values(),
            (std::vector<double>{0, 0, 0, 1, 0, 0, -1, 0, 0, -1, 0, 0, 1, 0, 0, 0}));
  EXPECT_EQ(hessian([](const Array& x) { return prod(x); })(Array({0, 0, 3})).values(),
            (std::vector<double>{0, 3, 0, 3, 0, 0, 0, 0, 0}));
}

TEST(Kinks, SecondDerivativesBelowTheDomainAreNaN) {
  const auto second = [](auto f) { return grad(grad(f))(Array(-1.0)).item(); };
  EXPECT_TRUE(std::isnan(second([](const Array& x) { return log(x); })));
  EXPECT_TRUE(std::isnan(second([](const Array& x) { return entropy(x); })));
  EXPECT_TRUE(std::isnan(second([](const Array& x) { return sqrt(x); })));
}

TEST(Kinks, DeviationOfEqualNumbersIsFlatWhenWrittenAsANorm) {
  const auto deviation = [](const Array& x) { return norm(x - mean(x)); };
  EXPECT_EQ(grad(deviation)(Array({1, 1})).values(), (std::vector<double>{0, 0}));
}

}  // namespace
}  // namespace downhill
