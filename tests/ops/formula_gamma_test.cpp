#include "ops/formula/gamma.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto lgamma = [](auto x) { return scalar::lgamma(x); };
const auto digamma = [](auto x) { return scalar::digamma(x); };

TEST(FormulaGamma, LgammaIsAccurateButAbsolutelyNearItsNegativeZeros) {
  const Truth exact = [](Exact& y, const Exact& x) {
    int sign = 0;
    mpfr_lgamma(y.get(), &sign, x.get(), MPFR_RNDN);
  };
  expect_accurate("lgamma", lgamma, exact, {{-10, 0}, {-200, 200}, {-1e6, 0}}, 1.0, 0.6, 150, 1e-16);
  expect_accurate("lgamma (positive)", lgamma, exact,
                  {{0, largest}, {0, 4}, {0.9, 2.1}, {1 - 0x1p-20, 1 + 0x1p-20}, {2 - 0x1p-20, 2 + 0x1p-20}, {2, 20}},
                  2.5, 0.6, 150);
  expect_exactly("lgamma", lgamma,
                 {{1, 0}, {2, 0}, {0, inf}, {-0.0, inf}, {-1, inf}, {-7, inf}, {inf, inf}, {-inf, inf}, {nan, nan}});
  EXPECT_EQ(lgamma(-0x1p60), inf);
  EXPECT_EQ(lgamma(largest), inf);
}
TEST(FormulaGamma, DigammaIsAccurateButAbsolutelyNearItsNegativeZeros) {
  expect_accurate("digamma", digamma, truth(mpfr_digamma), {{-10, -1e-30}, {-200, 200}, {-1e4, -1}}, 1.0, 0.6, 150,
                  1e-16);
  expect_accurate("digamma (positive)", digamma, truth(mpfr_digamma),
                  {{1e-300, largest}, {1e-30, 4}, {1.4, 1.5}, {1.461632, 1.461633}, {2, 20}}, 2.5, 0.6, 150);
  expect_exactly("digamma", digamma,
                 {{0, -inf}, {-0.0, inf}, {-1, nan}, {-7, nan}, {inf, inf}, {-inf, nan}, {nan, nan}});
}

/// Sum of 200 terms (-1)^(n+1) n! / (x + k)^(n+1), then Euler and Maclaurin's formula.
Truth polygamma_truth(int n) {
  return [n](Exact& y, const Exact& x) {
    constexpr double numerators[] = {1, -1, 1, -1, 5, -691, 7, -3617, 43867, -174611, 854513, -236364091};
    constexpr double denominators[] = {6, 30, 42, 30, 66, 2730, 6, 510, 798, 330, 138, 2730};
    mpfr_t shifted, sum, term, scale;
    mpfr_inits2(400, shifted, sum, term, scale, static_cast<mpfr_ptr>(nullptr));
    mpfr_set_zero(sum, 1);
    mpfr_fac_ui(scale, static_cast<unsigned long>(n), MPFR_RNDN);
    for (unsigned long k = 0; k < 200; ++k) {
      mpfr_add_ui(shifted, x.get(), k, MPFR_RNDN);
      mpfr_pow_si(term, shifted, -(n + 1), MPFR_RNDN);
      mpfr_mul(term, term, scale, MPFR_RNDN);
      mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_add_ui(shifted, x.get(), 200, MPFR_RNDN);
    mpfr_pow_si(term, shifted, -n, MPFR_RNDN);
    mpfr_fac_ui(scale, static_cast<unsigned long>(n - 1), MPFR_RNDN);
    mpfr_mul(term, term, scale, MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    mpfr_pow_si(term, shifted, -(n + 1), MPFR_RNDN);
    mpfr_fac_ui(scale, static_cast<unsigned long>(n), MPFR_RNDN);
    mpfr_mul(term, term, scale, MPFR_RNDN);
    mpfr_div_ui(term, term, 2, MPFR_RNDN);
    mpfr_add(sum, sum, term, MPFR_RNDN);
    for (int k = 1; k <= 12; ++k) {
      mpfr_pow_si(term, shifted, -(n + 2 * k), MPFR_RNDN);
      mpfr_fac_ui(scale, static_cast<unsigned long>(n + 2 * k - 1), MPFR_RNDN);
      mpfr_mul(term, term, scale, MPFR_RNDN);
      mpfr_fac_ui(scale, static_cast<unsigned long>(2 * k), MPFR_RNDN);
      mpfr_div(term, term, scale, MPFR_RNDN);
      mpfr_mul_d(term, term, numerators[k - 1], MPFR_RNDN);
      mpfr_div_d(term, term, denominators[k - 1], MPFR_RNDN);
      mpfr_add(sum, sum, term, MPFR_RNDN);
    }
    mpfr_set(y.get(), sum, MPFR_RNDN);
    if (n % 2 == 0) {
      mpfr_neg(y.get(), y.get(), MPFR_RNDN);
    }
    mpfr_clears(shifted, sum, term, scale, static_cast<mpfr_ptr>(nullptr));
  };
}

TEST(FormulaGamma, PolygammaIsAccurateForPositiveArguments) {
  for (int n = 1; n <= 4; ++n) {
    const auto f = [n](auto x) { return scalar::polygamma(n, x); };
    const std::string name = "polygamma " + std::to_string(n);
    expect_accurate(name, f, polygamma_truth(n), {{1e-30, 1e30}, {0.01, 30}, {0.5, 3}}, 1.0, 0.6, 60);
    expect_exactly(name, f, {{inf, n % 2 == 1 ? 0.0 : -0.0}, {nan, nan}, {-inf, nan}, {0, n % 2 == 1 ? inf : -inf}});
    expect_accurate(name + " (extremes)", f, polygamma_truth(n), {{1e-300, 1e300}}, 4.0, 0.6, 60);
  }
}
TEST(FormulaGamma, PolygammaIsAccurateForNegativeArguments) {
  for (int n = 1; n <= 3; ++n) {
    const auto f = [n](auto x) { return scalar::polygamma(n, x); };
    const std::string name = "polygamma " + std::to_string(n) + " (negative)";
    expect_accurate(name, f, polygamma_truth(n), {{-4.99, -0.001}, {-49.9, -5.1}}, 2.0, 2.0, 60, 1e-14);
    expect_exactly(name, f, {{-1, n % 2 == 1 ? inf : nan}, {-2, n % 2 == 1 ? inf : nan}});
  }
}

}  // namespace
}  // namespace downhill
