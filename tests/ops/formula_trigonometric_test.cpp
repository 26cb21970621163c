#include "ops/formula/trigonometric.hpp"

#include "formula_check.hpp"

namespace downhill {
namespace {

using namespace oracle;
const auto sin = [](auto x) { return scalar::sin(x); };
const auto cos = [](auto x) { return scalar::cos(x); };
const auto tan = [](auto x) { return scalar::tan(x); };
const std::vector<std::pair<double, double>> angles{{-largest, largest}, {-4, 4},          {-1000, 1000},
                                                    {0x1p20, 0x1p31},    {0x1p30, 0x1p60}, {16000, 17000}};

TEST(FormulaTrigonometric, SinIsAccurateEverywhere) {
  expect_accurate("sin", sin, truth(mpfr_sin), angles, 1.6, 1.95);
  expect_exactly("sin", sin, {{0, 0}, {-0.0, -0.0}, {inf, nan}, {-inf, nan}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaTrigonometric, CosIsAccurateEverywhere) {
  expect_accurate("cos", cos, truth(mpfr_cos), angles, 1.6, 1.6);
  expect_exactly("cos", cos, {{0, 1}, {-0.0, 1}, {inf, nan}, {-inf, nan}, {nan, nan}, {0x1p-140, 1}});
}
TEST(FormulaTrigonometric, TanIsAccurateEverywhere) {
  expect_accurate("tan", tan, truth(mpfr_tan), angles, 1.5, 0.6);
  expect_exactly("tan", tan, {{0, 0}, {-0.0, -0.0}, {inf, nan}, {-inf, nan}, {nan, nan}, {-0x1p-140, -0x1p-140}});
}
TEST(FormulaTrigonometric, AnglesClosestToAMultipleOfPiAreReducedExactly) {
  // 6381956970095103 * 2^797 is the double closest to a multiple of pi/2 (Muller, Elementary Functions, 3rd ed., table 11.1)
  std::vector<double> points{std::ldexp(6381956970095103.0, 797), -std::ldexp(6381956970095103.0, 797)};
  for (int n = 1; n < 4000; ++n) {
    points.push_back(n * 1.5707963267948966);
    points.push_back(std::ldexp(n, 18) * 1.5707963267948966);
  }
  Exact y;
  for (const double x : points) {
    mpfr_sin(y.get(), Exact(x).get(), MPFR_RNDN);
    EXPECT_LE(ulp_error(sin(x), y), 1.6) << x;
    mpfr_cos(y.get(), Exact(x).get(), MPFR_RNDN);
    EXPECT_LE(ulp_error(cos(x), y), 1.6) << x;
    mpfr_tan(y.get(), Exact(x).get(), MPFR_RNDN);
    EXPECT_LE(ulp_error(tan(x), y), 1.5) << x;
    const float narrow = static_cast<float>(x);
    if (std::isfinite(narrow)) {
      mpfr_sin(y.get(), Exact(narrow).get(), MPFR_RNDN);
      EXPECT_LE(ulp_error(sin(narrow), y), 1.95) << narrow;
      mpfr_cos(y.get(), Exact(narrow).get(), MPFR_RNDN);
      EXPECT_LE(ulp_error(cos(narrow), y), 1.6) << narrow;
    }
  }
}

}  // namespace
}  // namespace downhill
