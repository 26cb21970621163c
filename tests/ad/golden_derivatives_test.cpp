#include "golden_derivatives.hpp"

#include <downhill/derivatives.hpp>
#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

// Values and derivatives of every function called by its name against numbers of 25 digits: within 4, 16 and 64 units in
// the last place for the value, first and second derivatives.

namespace downhill {
namespace {

using Function = Array (*)(const Operand&);
using Function2 = Array (*)(const Operand&, const Operand&);

const std::map<std::string, Function> unary_functions{{"exp", exp},
                                                      {"exp2", exp2},
                                                      {"expm1", expm1},
                                                      {"log", log},
                                                      {"log1p", log1p},
                                                      {"log2", log2},
                                                      {"log10", log10},
                                                      {"sqrt", sqrt},
                                                      {"rsqrt", rsqrt},
                                                      {"cbrt", cbrt},
                                                      {"sin", sin},
                                                      {"cos", cos},
                                                      {"tan", tan},
                                                      {"asin", asin},
                                                      {"acos", acos},
                                                      {"atan", atan},
                                                      {"sinh", sinh},
                                                      {"cosh", cosh},
                                                      {"tanh", tanh},
                                                      {"asinh", asinh},
                                                      {"acosh", acosh},
                                                      {"atanh", atanh},
                                                      {"erf", erf},
                                                      {"erfc", erfc},
                                                      {"lgamma", lgamma},
                                                      {"digamma", digamma},
                                                      {"sinc", sinc},
                                                      {"logistic", logistic},
                                                      {"log_sigmoid", log_sigmoid},
                                                      {"softplus", softplus},
                                                      {"gelu", gelu},
                                                      {"silu", silu},
                                                      {"entropy", entropy}};

const std::map<std::string, Function2> binary_functions{
    {"pow", pow}, {"atan2", atan2}, {"hypot", hypot}, {"logaddexp", logaddexp}, {"xlogy", xlogy}, {"divide", divide}};

/// Distance of `found` from the decimal `wanted` in units in the last place of the latter as a double.
double ulps(double found, const char* wanted) {
  const long double exact = std::strtold(wanted, nullptr);
  const auto rounded = static_cast<double>(exact);
  if (std::isinf(rounded) || std::isnan(rounded)) {
    return found == rounded ? 0 : HUGE_VAL;
  }
  const double above = std::nextafter(std::abs(rounded), HUGE_VAL);
  const long double unit = static_cast<long double>(above) - std::abs(rounded);
  return static_cast<double>(std::abs(static_cast<long double>(found) - exact) / unit);
}

void expect_within(double limit, double found, const char* wanted, const std::string& what) {
  EXPECT_LE(ulps(found, wanted), limit) << what << ": " << found << " for " << wanted;
}

TEST(GoldenDerivatives, OfOneVariableHold) {
  for (const golden::Unary& row : golden::unary) {
    const auto function = unary_functions.find(row.name);
    ASSERT_NE(function, unary_functions.end()) << row.name;
    const auto f = [&](const Array& x) { return function->second(x); };
    const Array x(std::strtod(row.x, nullptr));
    const std::string where = std::string(row.name) + "(" + row.x + ")";
    expect_within(4, f(astype(x, DType::f64)).item(), row.value, where);
    expect_within(16, grad(f)(x).item(), row.first, where + "'");
    expect_within(64, grad(grad(f))(x).item(), row.second, where + "''");
    expect_within(64, hessian(f)(x).item(), row.second, where + "'' forward over reverse");
  }
}

TEST(GoldenDerivatives, OfTwoVariablesHold) {
  for (const golden::Binary& row : golden::binary) {
    const auto function = binary_functions.find(row.name);
    ASSERT_NE(function, binary_functions.end()) << row.name;
    const auto f = [&](const Array& x, const Array& y) { return function->second(x, y); };
    const Array x(std::strtod(row.x, nullptr));
    const Array y(std::strtod(row.y, nullptr));
    const std::string where = std::string(row.name) + "(" + row.x + ", " + row.y + ")";
    expect_within(4, f(astype(x, DType::f64), astype(y, DType::f64)).item(), row.value, where);
    expect_within(16, grad(f, 0)(x, y).item(), row.dx, where + " dx");
    expect_within(16, grad(f, 1)(x, y).item(), row.dy, where + " dy");
    expect_within(64, grad(grad(f, 0), 0)(x, y).item(), row.dxx, where + " dxx");
    expect_within(64, grad(grad(f, 0), 1)(x, y).item(), row.dxy, where + " dxy");
    expect_within(64, grad(grad(f, 1), 0)(x, y).item(), row.dxy, where + " dyx");
    expect_within(64, grad(grad(f, 1), 1)(x, y).item(), row.dyy, where + " dyy");
  }
}

}  // namespace
}  // namespace downhill
