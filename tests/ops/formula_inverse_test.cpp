#include "ops/formula/inverse_trigonometric.hpp"
#include "ops/formula/sinc.hpp"

#include "formula_check.hpp"

#include <numbers>

namespace downhill {
namespace {

using namespace oracle;
const auto asin = [](auto x) { return scalar::asin(x); };
const auto acos = [](auto x) { return scalar::acos(x); };
const auto atan = [](auto x) { return scalar::atan(x); };
const auto sinc = [](auto x) { return scalar::sinc(x); };
const auto atan2 = [](auto y, auto x) { return scalar::atan2(y, x); };

TEST(FormulaInverse, AsinIsAccurateEverywhere) {
  expect_accurate("asin", asin, truth(mpfr_asin), {{-1, 1}, {0.4, 0.6}, {0.99, 1}}, 1.6, 1.8);
  expect_exactly("asin", asin,
                 {{0, 0},
                  {-0.0, -0.0},
                  {1, std::numbers::pi / 2},
                  {-1, -std::numbers::pi / 2},
                  {1.5, nan},
                  {inf, nan},
                  {nan, nan},
                  {-0x1p-140, -0x1p-140}});
}
TEST(FormulaInverse, AcosIsAccurateEverywhere) {
  expect_accurate("acos", acos, truth(mpfr_acos), {{-1, 1}, {0.4, 0.6}, {-0.6, -0.4}, {0.99, 1}}, 1.6, 1.6);
  expect_exactly("acos", acos,
                 {{1, 0},
                  {0, std::numbers::pi / 2},
                  {-0.0, std::numbers::pi / 2},
                  {-1, std::numbers::pi},
                  {1.5, nan},
                  {-inf, nan},
                  {nan, nan}});
}
TEST(FormulaInverse, AtanIsAccurateEverywhere) {
  expect_accurate("atan", atan, truth(mpfr_atan), {{-largest, largest}, {-2, 2}, {0.5, 0.7}, {3, 5}}, 1.5, 1.5);
  expect_exactly("atan", atan,
                 {{0, 0},
                  {-0.0, -0.0},
                  {inf, std::numbers::pi / 2},
                  {-inf, -std::numbers::pi / 2},
                  {nan, nan},
                  {-0x1p-140, -0x1p-140}});
}
TEST(FormulaInverse, Atan2IsAccurateEverywhere) {
  const Truth2 exact = truth2(mpfr_atan2);
  expect_accurate_at<double>("atan2", atan2, exact, pairs<double>({-largest, largest}, {-largest, largest}, 5000), 1.6);
  expect_accurate_at<double>("atan2", atan2, exact, pairs<double>({-2, 2}, {-2, 2}, 5000), 1.6);
  expect_accurate_at<double>("atan2", atan2, exact,
                             pairs<double>({-0x1p-1020, 0x1p-1020}, {-0x1p-1020, 0x1p-1020}, 5000), 1.6);
  expect_accurate_at<double>("atan2", atan2, exact, pairs<double>({1e307, largest}, {-largest, -1e307}, 2000), 1.6);
  expect_accurate_at<float>("atan2", atan2, exact, pairs<float>({-3e38F, 3e38F}, {-3e38F, 3e38F}, 5000), 1.6);
  expect_accurate_at<float>("atan2", atan2, exact, pairs<float>({-2, 2}, {-2, 2}, 5000), 1.6);
}
TEST(FormulaInverse, Atan2FollowsTheSpecialCasesOfC99) {
  const std::vector<double> values{0, -0.0, 1, -1, inf, -inf, nan, 1e300, -1e300, 1e-300};
  Exact z;
  for (const double y : values) {
    for (const double x : values) {
      mpfr_atan2(z.get(), Exact(y).get(), Exact(x).get(), MPFR_RNDN);
      const double angle = atan2(y, x);
      EXPECT_LE(ulp_error(angle, z), 0.6) << y << ", " << x;
      if (mpfr_zero_p(z.get()) != 0) {
        EXPECT_EQ(std::signbit(angle), mpfr_signbit(z.get()) != 0) << y << ", " << x;
      }
    }
  }
}
TEST(FormulaInverse, SincIsAccurateEverywhere) {
  const Truth exact = [](Exact& y, const Exact& x) {
    mpfr_sin(y.get(), x.get(), MPFR_RNDN);
    mpfr_div(y.get(), y.get(), x.get(), MPFR_RNDN);
  };
  expect_accurate("sinc", sinc, exact, {{-largest, -1e-40}, {-10, -1e-40}, {0.5, 1000}, {1e-6, 1e-2}}, 1.1, 1.1);
  expect_exactly("sinc", sinc, {{0, 1}, {-0.0, 1}, {inf, 0}, {-inf, 0}, {nan, nan}});
}
TEST(FormulaInverse, DerivativesOfSincAreAccurateAwayFromTheirZeros) {
  // the integral of t^n cos(x t + n pi/2) by its power series in 200 bits
  for (int order = 1; order <= 4; ++order) {
    const Truth exact = [order](Exact& y, const Exact& x) {
      mpfr_t wide, sum, term;
      mpfr_inits2(600, wide, sum, term, static_cast<mpfr_ptr>(nullptr));
      mpfr_set_ui(wide, 1, MPFR_RNDN);  // x^m / m!
      mpfr_set_zero(sum, 1);
      for (unsigned long m = 0; m < 400; ++m) {
        if (m > 0) {
          mpfr_mul(wide, wide, x.get(), MPFR_RNDN);
          mpfr_div_ui(wide, wide, m, MPFR_RNDN);
        }
        const unsigned long quarter = (static_cast<unsigned long>(order) + m) % 4;
        if (quarter % 2 == 0) {
          mpfr_div_ui(term, wide, static_cast<unsigned long>(order) + m + 1, MPFR_RNDN);
          quarter == 0 ? mpfr_add(sum, sum, term, MPFR_RNDN) : mpfr_sub(sum, sum, term, MPFR_RNDN);
        }
      }
      mpfr_set(y.get(), sum, MPFR_RNDN);
      mpfr_clears(wide, sum, term, static_cast<mpfr_ptr>(nullptr));
    };
    const auto f = [order](auto x) { return scalar::sinc_derivative(order, x); };
    const std::string name = "sinc derivative " + std::to_string(order);
    expect_accurate(name, f, exact, {{-1, 1}, {0.001, 100}}, 8, 2, 300, 1.5e-16, 1e-11);
    expect_exactly(name, f, {{inf, 0}, {nan, nan}});
  }
  EXPECT_TRUE(std::signbit(scalar::sinc_derivative(1, 1e-8)));
}

}  // namespace
}  // namespace downhill
