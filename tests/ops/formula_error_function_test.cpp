#include "ops/formula/error_function.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto erf = [](auto x) { return scalar::erf(x); };
const auto erfc = [](auto x) { return scalar::erfc(x); };
const auto gaussian = [](auto x) { return scalar::gaussian(x); };
const auto normal_cdf = [](auto x) { return scalar::normal_cdf(x); };
const auto normal_pdf = [](auto x) { return scalar::normal_pdf(x); };
const std::vector<std::pair<double, double>> line{{-largest, largest}, {-1.5, 1.5}, {-10, 10}, {-45, 45}};

TEST(FormulaErrorFunction, ErfIsAccurateEverywhere) {
  expect_accurate("erf", erf, truth(mpfr_erf), line, 1.5, 0.6, 2000);
  expect_exactly("erf", erf, {{0, 0}, {-0.0, -0.0}, {inf, 1}, {-inf, -1}, {nan, nan}});
}
TEST(FormulaErrorFunction, ErfcIsAccurateEverywhere) {
  expect_accurate("erfc", erfc, truth(mpfr_erfc), {{-largest, largest}, {-1.5, 1.5}, {-10, 10}, {0, 30}, {26, 27.5}},
                  1.8, 0.6, 2000);
  expect_exactly("erfc", erfc, {{0, 1}, {-0.0, 1}, {inf, 0}, {-inf, 2}, {nan, nan}});
}
TEST(FormulaErrorFunction, GaussianIsAccurateEverywhere) {
  const Truth exact = [](Exact& y, const Exact& x) {
    mpfr_sqr(y.get(), x.get(), MPFR_RNDN);
    mpfr_neg(y.get(), y.get(), MPFR_RNDN);
    mpfr_exp(y.get(), y.get(), MPFR_RNDN);
  };
  expect_accurate("gaussian", gaussian, exact, line, 0.8, 0.6, 2000);
  expect_exactly("gaussian", gaussian, {{0, 1}, {inf, 0}, {-inf, 0}, {nan, nan}});
}
TEST(FormulaErrorFunction, NormalDistributionIsAccurateEverywhere) {
  const Truth cdf = [](Exact& y, const Exact& x) {
    Exact root;
    mpfr_set_d(root.get(), 0.5, MPFR_RNDN);
    mpfr_sqrt(root.get(), root.get(), MPFR_RNDN);
    mpfr_mul(root.get(), root.get(), x.get(), MPFR_RNDN);
    mpfr_neg(root.get(), root.get(), MPFR_RNDN);
    mpfr_erfc(y.get(), root.get(), MPFR_RNDN);
    mpfr_div_2ui(y.get(), y.get(), 1, MPFR_RNDN);
  };
  expect_accurate("normal_cdf", normal_cdf, cdf, line, 2.0, 0.6, 2000);
  expect_exactly("normal_cdf", normal_cdf, {{0, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}});
  const Truth pdf = [](Exact& y, const Exact& x) {
    Exact scale;
    mpfr_const_pi(scale.get(), MPFR_RNDN);
    mpfr_mul_2ui(scale.get(), scale.get(), 1, MPFR_RNDN);
    mpfr_sqrt(scale.get(), scale.get(), MPFR_RNDN);
    mpfr_sqr(y.get(), x.get(), MPFR_RNDN);
    mpfr_div_si(y.get(), y.get(), -2, MPFR_RNDN);
    mpfr_exp(y.get(), y.get(), MPFR_RNDN);
    mpfr_div(y.get(), y.get(), scale.get(), MPFR_RNDN);
  };
  expect_accurate("normal_pdf", normal_pdf, pdf, line, 0.8, 0.6, 2000);
  expect_exactly("normal_pdf", normal_pdf, {{inf, 0}, {-inf, 0}, {nan, nan}});
}

}  // namespace
}  // namespace downhill
