#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto exp = [](auto x) { return scalar::exp(x); };
const auto exp2 = [](auto x) { return scalar::exp2(x); };
const auto expm1 = [](auto x) { return scalar::expm1(x); };
const auto log = [](auto x) { return scalar::log(x); };
const auto log1p = [](auto x) { return scalar::log1p(x); };

TEST(FormulaExponential, ExpIsAccurateEverywhere) {
  expect_accurate("exp", exp, truth(mpfr_exp),
                  {{-largest, largest}, {-1, 1}, {-750, 715}, {-746, -707}, {-104, -87}, {707, 710}, {87, 89}}, 1.2,
                  1.3);
  expect_exactly("exp", exp, {{0, 1}, {-0.0, 1}, {inf, inf}, {-inf, 0}, {nan, nan}});
}
TEST(FormulaExponential, Exp2IsAccurateEverywhereAndExactAtIntegers) {
  expect_accurate("exp2", exp2, truth(mpfr_exp2),
                  {{-largest, largest}, {-1, 1}, {-1080, 1030}, {-1075, -1020}, {-150, -120}}, 1.2, 1.3);
  expect_exactly(
      "exp2", exp2,
      {{0, 1}, {10, 1024}, {-3, 0.125}, {-140, 0x1p-140}, {126, 0x1p126}, {inf, inf}, {-inf, 0}, {nan, nan}});
  EXPECT_EQ(exp2(-1074.0), 0x1p-1074);
}
TEST(FormulaExponential, Expm1IsAccurateEverywhere) {
  expect_accurate("expm1", expm1, truth(mpfr_expm1), {{-largest, largest}, {-2, 2}, {-40, 40}, {700, 710}, {85, 89}},
                  1.2, 1.3);
  expect_exactly(
      "expm1", expm1,
      {{0, 0}, {-0.0, -0.0}, {inf, inf}, {-inf, -1}, {nan, nan}, {0x1p-140, 0x1p-140}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaExponential, LogIsAccurateEverywhere) {
  expect_accurate("log", log, truth(mpfr_log), {{0, largest}, {0.3, 3}, {0.99, 1.01}, {0, 0x1p-1020}, {0, 0x1p-120}},
                  1.2, 1.3);
  expect_exactly("log", log,
                 {{0, -inf}, {-0.0, -inf}, {1, 0}, {inf, inf}, {-1, nan}, {-inf, nan}, {-0x1p-140, nan}, {nan, nan}});
}
TEST(FormulaExponential, Log1pIsAccurateEverywhere) {
  expect_accurate("log1p", log1p, truth(mpfr_log1p), {{-1, largest}, {-0.9, 3}, {-1, 1}, {-0x1p-20, 0x1p-20}}, 1.2,
                  1.3);
  expect_exactly(
      "log1p", log1p,
      {{0, 0}, {-0.0, -0.0}, {-1, -inf}, {inf, inf}, {-2, nan}, {-inf, nan}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}

}  // namespace
}  // namespace downhill
