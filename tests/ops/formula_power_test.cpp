#include "ops/formula/power.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto log2 = [](auto x) { return scalar::log2(x); };
const auto log10 = [](auto x) { return scalar::log10(x); };
const auto cbrt = [](auto x) { return scalar::cbrt(x); };
const auto entropy = [](auto x) { return scalar::entropy(x); };
const auto pow = [](auto x, auto y) { return scalar::pow(x, y); };
const auto hypot = [](auto x, auto y) { return scalar::hypot(x, y); };
const auto xlogy = [](auto x, auto y) { return scalar::xlogy(x, y); };

TEST(FormulaPower, Log2IsAccurateEverywhereAndExactAtPowersOf2) {
  expect_accurate("log2", log2, truth(mpfr_log2), {{0, largest}, {0.3, 3}, {0.99, 1.01}, {0, 0x1p-1020}, {0, 0x1p-120}},
                  0.6, 0.6);
  expect_exactly(
      "log2", log2,
      {{0, -inf}, {-0.0, -inf}, {1, 0}, {8, 3}, {0x1p-140, -140}, {inf, inf}, {-1, nan}, {-inf, nan}, {nan, nan}});
}
TEST(FormulaPower, Log10IsAccurateEverywhereAndExactAtPowersOf10) {
  expect_accurate("log10", log10, truth(mpfr_log10),
                  {{0, largest}, {0.3, 3}, {0.99, 1.01}, {0, 0x1p-1020}, {0, 0x1p-120}}, 0.6, 0.6);
  expect_exactly("log10", log10,
                 {{0, -inf},
                  {-0.0, -inf},
                  {1, 0},
                  {10, 1},
                  {1000, 3},
                  {1e10, 10},
                  {inf, inf},
                  {-1, nan},
                  {-inf, nan},
                  {nan, nan}});
  for (int n = 0; n <= 22; ++n) {
    EXPECT_EQ(log10(std::stod("1e" + std::to_string(n))), n);
  }
}
TEST(FormulaPower, CbrtIsAccurateEverywhereAndExactAtCubes) {
  expect_accurate("cbrt", cbrt, truth(mpfr_cbrt), {{-largest, largest}, {-10, 10}, {0, 0x1p-1020}, {0, 0x1p-120}}, 0.6,
                  0.6);
  expect_exactly("cbrt", cbrt,
                 {{0, 0}, {-0.0, -0.0}, {27, 3}, {-8, -2}, {0x1p-138, 0x1p-46}, {inf, inf}, {-inf, -inf}, {nan, nan}});
}
TEST(FormulaPower, EntropyIsAccurateEverywhere) {
  const Truth exact = [](Exact& y, const Exact& x) {
    if (mpfr_zero_p(x.get()) != 0) {
      mpfr_set_zero(y.get(), 1);
      return;
    }
    mpfr_log(y.get(), x.get(), MPFR_RNDN);
    mpfr_mul(y.get(), y.get(), x.get(), MPFR_RNDN);
    mpfr_neg(y.get(), y.get(), MPFR_RNDN);
  };
  expect_accurate("entropy", entropy, exact, {{0, largest}, {0, 3}, {0.99, 1.01}, {0, 0x1p-1020}, {0, 0x1p-120}}, 1.3,
                  1.3);
  EXPECT_EQ(entropy(0.0), 0);
  expect_exactly("entropy", entropy, {{inf, -inf}, {-1, nan}, {nan, nan}});
}
TEST(FormulaPower, XlogyIsAccurateEverywhere) {
  const Truth2 exact = [](Exact& z, const Exact& x, const Exact& y) {
    mpfr_log(z.get(), y.get(), MPFR_RNDN);
    mpfr_mul(z.get(), z.get(), x.get(), MPFR_RNDN);
  };
  expect_accurate_at<double>("xlogy", xlogy, exact, pairs<double>({-largest, largest}, {tiny, largest}, 5000), 1.0);
  expect_accurate_at<double>("xlogy", xlogy, exact, pairs<double>({-1, 1}, {0.5, 2}, 5000), 1.0);
  expect_accurate_at<float>("xlogy", xlogy, exact, pairs<float>({-1e30F, 1e30F}, {1e-45F, 1e30F}, 5000), 1.0);
  expect_accurate_at<float>("xlogy", xlogy, exact, pairs<float>({-1, 1}, {0.5, 2}, 5000), 1.0);
  EXPECT_EQ(xlogy(0.0, 0.0), 0);
  EXPECT_EQ(xlogy(0.0, inf), 0);
  EXPECT_EQ(xlogy(0.0, -1.0), 0);
  EXPECT_TRUE(std::isnan(xlogy(0.0, nan)));
  EXPECT_TRUE(std::isnan(xlogy(1.0, -1.0)));
  EXPECT_EQ(xlogy(2.0, 0.0), -inf);
  EXPECT_EQ(xlogy(inf, 2.0), inf);
}
TEST(FormulaPower, PowIsAccurateEverywhere) {
  const Truth2 exact = truth2(mpfr_pow);
  expect_accurate_at<double>("pow", pow, exact, pairs<double>({0, largest}, {-3, 3}, 5000), 1.0);
  expect_accurate_at<double>("pow", pow, exact, pairs<double>({0.5, 2}, {-1100, 1100}, 5000), 1.0);
  expect_accurate_at<double>("pow", pow, exact, pairs<double>({0.999, 1.001}, {-1e6, 1e6}, 5000), 1.0);
  expect_accurate_at<double>("pow", pow, exact, pairs<double>({-largest, largest}, {-largest, largest}, 5000), 1.0);
  expect_accurate_at<double>("pow", pow, exact, pairs<double>({0, 0x1p-1020}, {0, 1.2}, 5000), 1.0);
  expect_accurate_at<float>("pow", pow, exact, pairs<float>({0, 1e38F}, {-3, 3}, 5000), 0.6);
  expect_accurate_at<float>("pow", pow, exact, pairs<float>({0.5, 2}, {-150, 150}, 5000), 0.6);
  expect_accurate_at<float>("pow", pow, exact, pairs<float>({0.9, 1.1F}, {-1500, 1500}, 5000), 0.6);
}
TEST(FormulaPower, PowFollowsTheSpecialCasesOfIeee754) {
  // C99, annex F.9.4.4, as MPFR has them; whole powers are exact
  const std::vector<double> values{0,    -0.0, 1,    -1,  2,    -2,    3,      -3,      0.5,        -0.5,        2.5,
                                   -2.5, inf,  -inf, nan, 1e10, -1e10, 0x1p53, -0x1p53, 0x1p53 - 1, 1 - 0x1p-20, 1e-30};
  Exact z;
  const auto check = [&](auto computed, auto x, auto y) {
    mpfr_pow(z.get(), Exact(x).get(), Exact(y).get(), MPFR_RNDN);
    EXPECT_LE(ulp_error(computed, z), 0.6) << x << " to the " << y;
    if (mpfr_zero_p(z.get()) != 0) {
      EXPECT_EQ(std::signbit(computed), mpfr_signbit(z.get()) != 0) << x << " to the " << y;
    }
  };
  for (const double x : values) {
    for (const double y : values) {
      check(pow(x, y), x, y);
      const float narrow_x = static_cast<float>(x);
      const float narrow_y = static_cast<float>(y);
      check(pow(narrow_x, narrow_y), narrow_x, narrow_y);
    }
  }
  EXPECT_EQ(pow(3.0, 30.0), 205891132094649.0);
  EXPECT_EQ(pow(7.0, -1.0), 1.0 / 7);
}
TEST(FormulaPower, HypotIsAccurateEverywhere) {
  const Truth2 exact = truth2(mpfr_hypot);
  expect_accurate_at<double>("hypot", hypot, exact, pairs<double>({-largest, largest}, {-largest, largest}, 5000), 1.3);
  expect_accurate_at<double>("hypot", hypot, exact, pairs<double>({-4, 4}, {-4, 4}, 5000), 1.3);
  expect_accurate_at<double>("hypot", hypot, exact, pairs<double>({0, 0x1p-1000}, {0, 0x1p-1010}, 5000), 1.3);
  expect_accurate_at<double>("hypot", hypot, exact, pairs<double>({1e307, largest}, {1e307, largest}, 5000), 1.3);
  expect_accurate_at<float>("hypot", hypot, exact, pairs<float>({-3e38F, 3e38F}, {-3e38F, 3e38F}, 5000), 1.3);
  expect_accurate_at<float>("hypot", hypot, exact, pairs<float>({-4, 4}, {-4, 4}, 5000), 1.3);
  expect_accurate_at<float>("hypot", hypot, exact, pairs<float>({0, 1e-38F}, {0, 1e-38F}, 5000), 1.3);
  EXPECT_EQ(hypot(3.0, -4.0), 5);
  EXPECT_EQ(hypot(0.0, -0.0), 0);
  EXPECT_EQ(hypot(-inf, nan), inf);
  EXPECT_EQ(hypot(nan, inf), inf);
  EXPECT_TRUE(std::isnan(hypot(nan, 1.0)));
}

}  // namespace
}  // namespace downhill
