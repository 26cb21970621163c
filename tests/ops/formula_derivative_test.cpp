#include "ops/formula/error_function.hpp"
#include "ops/formula/exprel.hpp"
#include "ops/formula/gamma.hpp"
#include "ops/formula/hyperbolic.hpp"
#include "ops/formula/inverse_trigonometric.hpp"
#include "ops/formula/logistic.hpp"
#include "ops/formula/sinc.hpp"

#include "formula_check.hpp"
#include "formula_derivative_points.hpp"

#include <map>
#include <numbers>

/// Derivatives composed of the formulas as the derivative rules compose them, at points where the usual ways lose digits:
/// the value within 4 units in the last place, first derivative within 16, second within 64.
namespace downhill {
namespace {

using namespace oracle;

struct Derivatives {
  double value;
  double first;
  double second;
};

double logistic_slope(double x) { return 0.25 * scalar::tanh_slope(0.5 * x); }

Derivatives gelu_tanh(double x) {
  const double c = std::sqrt(8 / std::numbers::pi);
  const double u = c * (x + 0.044715 * x * x * x);
  const double du = c * (1 + 3 * 0.044715 * x * x);
  const double d2u = c * 6 * 0.044715 * x;
  const double slope = logistic_slope(u);
  const double curvature = -slope * scalar::tanh(u / 2);
  return {x * scalar::logistic(u), scalar::logistic(u) + x * slope * du,
          2 * slope * du + x * (curvature * du * du + slope * d2u)};
}

const std::map<std::string, Derivatives (*)(double)> functions{
    {"exp", [](double x) { return Derivatives{scalar::exp(x), scalar::exp(x), scalar::exp(x)}; }},
    {"exp2",
     [](double x) {
       const double y = scalar::exp2(x);
       return Derivatives{y, y * std::numbers::ln2, y * std::numbers::ln2 * std::numbers::ln2};
     }},
    {"expm1", [](double x) { return Derivatives{scalar::expm1(x), scalar::exp(x), scalar::exp(x)}; }},
    {"log", [](double x) { return Derivatives{scalar::log(x), 1 / x, -(1 / x) * (1 / x)}; }},
    {"log2",
     [](double x) {
       const double r = std::numbers::log2e / x;
       return Derivatives{scalar::log2(x), r, -r / x};
     }},
    {"log10",
     [](double x) {
       const double r = std::numbers::log10e / x;
       return Derivatives{scalar::log10(x), r, -r / x};
     }},
    {"log1p",
     [](double x) {
       const double r = 1 / (1 + x);
       return Derivatives{scalar::log1p(x), r, -r * r};
     }},
    {"sqrt",
     [](double x) {
       const double y = scalar::sqrt(x);
       return Derivatives{y, 0.5 / y, -0.25 / y / x};
     }},
    {"rsqrt",
     [](double x) {
       const double y = 1 / scalar::sqrt(x);
       return Derivatives{y, -0.5 * y / x, 0.75 * y / x / x};
     }},
    {"cbrt",
     [](double x) {
       const double y = scalar::cbrt(x);
       return Derivatives{y, y / x / 3, -2 * (y / x / x) / 9};
     }},
    {"sin", [](double x) { return Derivatives{scalar::sin(x), scalar::cos(x), -scalar::sin(x)}; }},
    {"cos", [](double x) { return Derivatives{scalar::cos(x), -scalar::sin(x), -scalar::cos(x)}; }},
    {"tan",
     [](double x) {
       const double y = scalar::tan(x);
       return Derivatives{y, 1 + y * y, 2 * y * (1 + y * y)};
     }},
    {"asin",
     [](double x) {
       const double r = 1 / scalar::sqrt((1 - x) * (1 + x));
       return Derivatives{scalar::asin(x), r, x * r * r * r};
     }},
    {"acos",
     [](double x) {
       const double r = 1 / scalar::sqrt((1 - x) * (1 + x));
       return Derivatives{scalar::acos(x), -r, -x * r * r * r};
     }},
    {"atan",
     [](double x) {
       const double r = 1 / scalar::hypot(1.0, x);
       return Derivatives{scalar::atan(x), r * r, -2 * x * r * r * r * r};
     }},
    {"sinh", [](double x) { return Derivatives{scalar::sinh(x), scalar::cosh(x), scalar::sinh(x)}; }},
    {"cosh", [](double x) { return Derivatives{scalar::cosh(x), scalar::sinh(x), scalar::cosh(x)}; }},
    {"tanh",
     [](double x) {
       const double slope = scalar::tanh_slope(x);
       return Derivatives{scalar::tanh(x), slope, -2 * slope * scalar::tanh(x)};
     }},
    {"asinh",
     [](double x) {
       const double r = 1 / scalar::hypot(1.0, x);
       return Derivatives{scalar::asinh(x), r, -x * r * r * r};
     }},
    {"acosh",
     [](double x) {
       const double r = 1 / (scalar::sqrt(x - 1) * scalar::sqrt(x + 1));
       return Derivatives{scalar::acosh(x), r, -x * r * r * r};
     }},
    {"atanh",
     [](double x) {
       const double r = 1 / ((1 - x) * (1 + x));
       return Derivatives{scalar::atanh(x), r, 2 * x * r * r};
     }},
    {"erf",
     [](double x) {
       const double r = 2 * std::numbers::inv_sqrtpi * scalar::gaussian(x);
       return Derivatives{scalar::erf(x), r, -2 * x * r};
     }},
    {"erfc",
     [](double x) {
       const double r = -2 * std::numbers::inv_sqrtpi * scalar::gaussian(x);
       return Derivatives{scalar::erfc(x), r, -2 * x * r};
     }},
    {"lgamma", [](double x) { return Derivatives{scalar::lgamma(x), scalar::digamma(x), scalar::polygamma(1, x)}; }},
    {"digamma",
     [](double x) { return Derivatives{scalar::digamma(x), scalar::polygamma(1, x), scalar::polygamma(2, x)}; }},
    {"logistic",
     [](double x) {
       const double slope = logistic_slope(x);
       return Derivatives{scalar::logistic(x), slope, -slope * scalar::tanh(x / 2)};
     }},
    {"log_sigmoid",
     [](double x) { return Derivatives{scalar::log_sigmoid(x), scalar::logistic(-x), -logistic_slope(x)}; }},
    {"softplus", [](double x) { return Derivatives{scalar::softplus(x), scalar::logistic(x), logistic_slope(x)}; }},
    {"silu",
     [](double x) {
       const double y = scalar::logistic(x);
       const double slope = logistic_slope(x);
       return Derivatives{x * y, y + x * slope, slope * (2 - x * scalar::tanh(x / 2))};
     }},
    {"gelu",
     [](double x) {
       const double density = scalar::normal_pdf(x);
       return Derivatives{x * scalar::normal_cdf(x), scalar::normal_cdf(x) + x * density, density * (2 - x * x)};
     }},
    {"gelu_tanh", gelu_tanh},
    {"sinc",
     [](double x) {
       return Derivatives{scalar::sinc(x), scalar::sinc_derivative(1, x), scalar::sinc_derivative(2, x)};
     }},
    {"xlogx", [](double x) { return Derivatives{scalar::xlogy(x, x), scalar::log(x) + 1, 1 / x}; }},
    {"entropy", [](double x) { return Derivatives{scalar::entropy(x), -(scalar::log(x) + 1), -1 / x}; }},
    {"exprel", [](double x) { return Derivatives{scalar::exprel(0, x), scalar::exprel(1, x), scalar::exprel(2, x)}; }},
};

double error_against(double computed, const char* digits) {
  Exact y;
  mpfr_set_str(y.get(), digits, 10, MPFR_RNDN);
  return ulp_error(computed, y);
}

TEST(FormulaDerivative, ValueFirstAndSecondAreWithin4And16And64Ulp) {
  for (const Row& row : rows) {
    const Derivatives at = functions.at(row.name)(row.x);
    EXPECT_LE(error_against(at.value, row.value), 4) << row.name << " at " << row.x;
    EXPECT_LE(error_against(at.first, row.first), 16) << row.name << "' at " << row.x << ": " << at.first;
    EXPECT_LE(error_against(at.second, row.second), 64) << row.name << "'' at " << row.x << ": " << at.second;
  }
}

const std::map<std::string, double (*)(double, double)> binary_functions{
    {"pow", [](double x, double y) { return scalar::pow(x, y); }},
    {"atan2", [](double y, double x) { return scalar::atan2(y, x); }},
    {"hypot", [](double x, double y) { return scalar::hypot(x, y); }},
    {"logaddexp", [](double x, double y) { return std::max(x, y) + scalar::softplus(-std::fabs(x - y)); }},
    {"xlogy", [](double x, double y) { return scalar::xlogy(x, y); }},
};

TEST(FormulaDerivative, FunctionsOfTwoArgumentsAreWithin4Ulp) {
  for (const BinaryRow& row : binary_rows) {
    const double value = binary_functions.at(row.name)(row.x, row.y);
    EXPECT_LE(error_against(value, row.value), 4) << row.name << " at " << row.x << ", " << row.y;
  }
}

TEST(FormulaDerivative, SlopesAreAccurateEverywhere) {
  const Truth of_tanh = [](Exact& y, const Exact& x) {
    mpfr_sech(y.get(), x.get(), MPFR_RNDN);
    mpfr_sqr(y.get(), y.get(), MPFR_RNDN);
  };
  const auto tanh_slope = [](auto x) { return scalar::tanh_slope(x); };
  expect_accurate("tanh_slope", tanh_slope, of_tanh, {{-largest, largest}, {-2, 2}, {-50, 50}, {-375, 375}}, 3.5, 3.5);
  expect_exactly("tanh_slope", tanh_slope, {{0, 1}, {inf, 0}, {-inf, 0}, {nan, nan}});
  const Truth of_atan = [](Exact& y, const Exact& x) {
    mpfr_sqr(y.get(), x.get(), MPFR_RNDN);
    mpfr_add_ui(y.get(), y.get(), 1, MPFR_RNDN);
    mpfr_ui_div(y.get(), 1, y.get(), MPFR_RNDN);
  };
  const auto atan_slope = [](auto x) { return scalar::atan_slope(x); };
  expect_accurate("atan_slope", atan_slope, of_atan, {{-largest, largest}, {-2, 2}, {-50, 50}}, 2, 2);
  expect_exactly("atan_slope", atan_slope, {{0, 1}, {inf, 0}, {-inf, 0}, {nan, nan}});
  const Truth one_minus = [](Exact& y, const Exact& x) {
    mpfr_sqr(y.get(), x.get(), MPFR_RNDN);
    mpfr_ui_sub(y.get(), 1, y.get(), MPFR_RNDN);
  };
  const auto one_minus_square = [](auto x) { return scalar::one_minus_square(x); };
  expect_accurate("one_minus_square", one_minus_square, one_minus, {{-2, 2}, {0.99, 1.01}, {-1e100, 1e100}}, 2, 2);
  expect_exactly("log_slope", [](auto x) { return scalar::log_slope(x); },
                 {{0, inf}, {-0.0, inf}, {2, 0.5}, {-2, nan}, {inf, 0}, {nan, nan}});
}

TEST(FormulaDerivative, DerivativesOfExprelAreAccurate) {
  for (int order = 0; order <= 3; ++order) {
    const Truth exact = [order](Exact& y, const Exact& x) {
      mpfr_t power, sum, term;
      mpfr_inits2(600, power, sum, term, static_cast<mpfr_ptr>(nullptr));
      mpfr_set_ui(power, 1, MPFR_RNDN);
      mpfr_set_zero(sum, 1);
      for (unsigned long m = 0; m < 400; ++m) {
        if (m > 0) {
          mpfr_mul(power, power, x.get(), MPFR_RNDN);
          mpfr_div_ui(power, power, m, MPFR_RNDN);
        }
        mpfr_div_ui(term, power, static_cast<unsigned long>(order) + m + 1, MPFR_RNDN);
        mpfr_add(sum, sum, term, MPFR_RNDN);
      }
      mpfr_set(y.get(), sum, MPFR_RNDN);
      mpfr_clears(power, sum, term, static_cast<mpfr_ptr>(nullptr));
    };
    const auto f = [order](auto x) { return scalar::exprel(order, x); };
    const std::string name = "exprel " + std::to_string(order);
    expect_accurate(name, f, exact, {{-3, 3}, {-50, 50}}, 12, 1, 100);
    expect_exactly(name, f, {{inf, inf}, {-inf, 0}, {nan, nan}});
  }
}

}  // namespace
}  // namespace downhill
