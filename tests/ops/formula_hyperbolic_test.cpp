#include "ops/formula/hyperbolic.hpp"
#include "ops/formula/logistic.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto sinh = [](auto x) { return scalar::sinh(x); };
const auto cosh = [](auto x) { return scalar::cosh(x); };
const auto tanh = [](auto x) { return scalar::tanh(x); };
const auto asinh = [](auto x) { return scalar::asinh(x); };
const auto acosh = [](auto x) { return scalar::acosh(x); };
const auto atanh = [](auto x) { return scalar::atanh(x); };
const auto logistic = [](auto x) { return scalar::logistic(x); };
const auto softplus = [](auto x) { return scalar::softplus(x); };

TEST(FormulaHyperbolic, SinhIsAccurateEverywhere) {
  expect_accurate("sinh", sinh, truth(mpfr_sinh),
                  {{-largest, largest}, {-2, 2}, {-30, 30}, {-712, 712}, {707, 711}, {86, 90}}, 1.7, 1.7);
  expect_exactly("sinh", sinh, {{0, 0}, {-0.0, -0.0}, {inf, inf}, {-inf, -inf}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaHyperbolic, CoshIsAccurateEverywhere) {
  expect_accurate("cosh", cosh, truth(mpfr_cosh),
                  {{-largest, largest}, {-2, 2}, {-30, 30}, {-712, 712}, {707, 711}, {86, 90}}, 1.2, 1.2);
  expect_exactly("cosh", cosh, {{0, 1}, {-0.0, 1}, {inf, inf}, {-inf, inf}, {nan, nan}});
}
TEST(FormulaHyperbolic, TanhIsAccurateEverywhere) {
  expect_accurate("tanh", tanh, truth(mpfr_tanh), {{-largest, largest}, {-1, 1}, {-25, 25}, {0, 3}}, 1.1, 1.4);
  expect_exactly("tanh", tanh, {{0, 0}, {-0.0, -0.0}, {inf, 1}, {-inf, -1}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaHyperbolic, AsinhIsAccurateEverywhere) {
  expect_accurate("asinh", asinh, truth(mpfr_asinh),
                  {{-largest, largest}, {-2, 2}, {-30, 30}, {0x1p499, 0x1p501}, {0x1p59, 0x1p61}}, 1.5, 1.6);
  expect_exactly("asinh", asinh, {{0, 0}, {-0.0, -0.0}, {inf, inf}, {-inf, -inf}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaHyperbolic, AcoshIsAccurateEverywhere) {
  expect_accurate("acosh", acosh, truth(mpfr_acosh),
                  {{1, largest}, {1, 2}, {1, 1.001}, {1, 50}, {0x1p499, 0x1p501}, {0x1p59, 0x1p61}}, 1.5, 1.6);
  expect_exactly("acosh", acosh, {{1, 0}, {0.5, nan}, {-1, nan}, {inf, inf}, {-inf, nan}, {nan, nan}});
}
TEST(FormulaHyperbolic, AtanhIsAccurateEverywhere) {
  expect_accurate("atanh", atanh, truth(mpfr_atanh), {{-1, 1}, {0.999, 1}, {-0.1, 0.1}, {0.2, 0.5}}, 1.5, 1.6);
  expect_exactly(
      "atanh", atanh,
      {{0, 0}, {-0.0, -0.0}, {1, inf}, {-1, -inf}, {2, nan}, {inf, nan}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaHyperbolic, LogisticIsAccurateEverywhere) {
  const Truth exact = [](Exact& y, const Exact& x) {
    mpfr_neg(y.get(), x.get(), MPFR_RNDN);
    mpfr_exp(y.get(), y.get(), MPFR_RNDN);
    mpfr_add_ui(y.get(), y.get(), 1, MPFR_RNDN);
    mpfr_ui_div(y.get(), 1, y.get(), MPFR_RNDN);
  };
  expect_accurate("logistic", logistic, exact,
                  {{-largest, largest}, {-2, 2}, {-50, 50}, {-750, 750}, {-746, -707}, {-104, -86}}, 1.7, 1.7);
  expect_exactly("logistic", logistic, {{0, 0.5}, {-0.0, 0.5}, {inf, 1}, {-inf, 0}, {nan, nan}});
}
TEST(FormulaHyperbolic, SoftplusIsAccurateEverywhere) {
  const Truth exact = [](Exact& y, const Exact& x) {
    mpfr_exp(y.get(), x.get(), MPFR_RNDN);
    mpfr_log1p(y.get(), y.get(), MPFR_RNDN);
  };
  expect_accurate("softplus", softplus, exact,
                  {{-largest, 700}, {-2, 2}, {-50, 50}, {-750, 750}, {-746, -707}, {-104, -86}}, 1.6, 1.6);
  expect_exactly("softplus", softplus, {{inf, inf}, {-inf, 0}, {nan, nan}, {1e30, 1e30}});
}

}  // namespace
}  // namespace downhill
