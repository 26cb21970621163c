#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>

#include "optimize/cases.hpp"
#include "optimize/method_model.hpp"
#include "optimize/rules.hpp"
#include "options/declaration.hpp"

/// No method that sees derivatives calls a saddle or a maximum a success, and fast ones that leave them arrive below.
namespace downhill {
namespace {

using namespace downhill::testing;
using optimize::Needs;
using optimize::Traits;

std::vector<Method> methods_with_derivatives() {
  std::vector<Method> methods;
  for (const std::string_view name : Method::registry().names()) {
    const Method method = Rule::registry().has(name)
                              ? parse_method(options_that_settle(Method::registry().declaration(name)))
                              : parse_method(name);
    const Needs needs = method.model().traits().needs;
    if (needs == Needs::values || needs == Needs::residuals || needs == Needs::quadratic) continue;
    methods.push_back(method);
  }
  return methods;
}

struct SaddleCase {
  std::string name;
  Objective objective;
  std::vector<double> start;
  double level;    // of the saddle or maximum: no success at it
  double minimum;  // -inf: none
};

std::vector<SaddleCase> saddle_cases() {
  constexpr double none = -std::numeric_limits<double>::infinity();
  const auto wells = [](const auto& x) { return two_wells(x); };
  return {{"beside the saddle's axis", smooth(2, wells), {1, 0}, 0, -0.25},
          {"on the saddle", smooth(2, wells), {0, 0}, 0, -0.25},
          {"on a maximum", smooth(2, [](const auto& x) { return cos(x[0]) + cos(x[1]); }), {0, 0}, 2, -2},
          {"on a maximum of one variable",
           smooth(1, [](const auto& x) { return square(square(x[0])) - square(x[0]); }),
           {0},
           0,
           -0.25},
          {"on a saddle of three variables",
           smooth(3,
                  [](const auto& x) {
                    return square(x[0]) - square(x[1]) + square(square(x[1])) / 2.0 - square(x[2]) +
                           square(square(x[2]));
                  }),
           {0.5, 0, 0},
           0,
           -0.75},
          {"on the monkey saddle",
           smooth(2, [](const auto& x) { return x[0] * x[0] * x[0] - 3.0 * x[0] * square(x[1]); }),
           {0, 0},
           0,
           none}};
}

TEST(Saddles, NoMethodCallsThemASuccessAndFastOnesThatLeaveThemArriveBelow) {
  for (const Method& method : methods_with_derivatives()) {
    const Traits traits = method.model().traits();
    for (SaddleCase& c : saddle_cases()) {
      if (c.start.size() > traits.most_variables) continue;
      const Result r = minimize(c.objective, c.start, method, {.max_iterations = 5000});
      const bool is_at_saddle = std::abs(r.value - c.level) < 1e-6;
      EXPECT_FALSE(r.success && is_at_saddle) << method.text() << " " << c.name << ": " << r.message;
      if (traits.saddles != Traits::Saddles::leaves || traits.rate != Traits::Rate::superlinear) continue;
      if (std::isinf(c.minimum)) {
        EXPECT_EQ(r.verdict.kind, Verdict::Kind::unbounded) << method.text() << " " << c.name << ": " << r.message;
      } else {
        EXPECT_NEAR(r.value, c.minimum, 1e-6) << method.text() << " " << c.name << ": " << r.message;
        EXPECT_TRUE(r.success) << method.text() << " " << c.name << ": " << r.message;
      }
    }
  }
}

// Biggs EXP6 (Moré, Garbow & Hillstrom 1981, problem 18): the value 5.65565e-3 that tables list as a local minimum is a strict saddle.
TEST(Saddles, BiggsKnownMinimumIsASaddleAndNoSuccess) {
  const auto residuals = [](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (int i = 1; i <= 13; ++i) {
      const double t = 0.1 * i, y = std::exp(-t) - 5 * std::exp(-10 * t) + 3 * std::exp(-4 * t);
      r.push_back(x[2] * exp(-t * x[0]) - x[3] * exp(-t * x[1]) + x[5] * exp(-t * x[4]) - y);
    }
    return r;
  };
  for (const char* text : {"newton", "lbfgs", "bfgs", "trust_region", "adaptive_cubic", "newton_cg", "nonlinear_cg",
                           "levenberg_marquardt", "gauss_newton", "dogleg"}) {
    Objective f = least_squares(6, 13, residuals);
    const Result r = minimize(f, std::vector<double>{1, 2, 1, 1, 1, 1}, parse_method(text), {.max_iterations = 2000});
    EXPECT_FALSE(r.success && std::abs(r.value - 5.65564992e-3) < 1e-7) << text << ": " << r.message;
  }
}

TEST(Saddles, OneOfValueZeroIsLeftHoweverSmallTheLossIs) {
  for (const int exponent : {0, -240, -300, 200}) {
    Objective f = smooth(2, [=](const auto& x) {
      return std::ldexp(1.0, exponent) * (square(x[0]) - square(x[1]) + square(square(x[1])));
    });
    const Result r = minimize(f, std::vector<double>{0, 0}, Newton{});
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << exponent << ": " << r.message;
    EXPECT_EQ(r.value, std::ldexp(-0.25, exponent)) << exponent;
  }
}

}  // namespace
}  // namespace downhill
