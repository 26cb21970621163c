#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <algorithm>
#include <cmath>
#include <functional>
#include <random>

#include "optimize/cases.hpp"
#include "optimize/doctor/noise.hpp"

/// Runs that end without success, and what is found to be wrong with them.
namespace downhill {
namespace {

using namespace downhill::testing;
using Kind = Finding::Kind;
using Gradient = std::function<void(std::span<const double> x, std::span<double> gradient)>;

// Four variables whose derivatives differ.
Objective right_loss() {
  return smooth(4, [](const auto& x) {
    return 100.0 * square(x[1] - square(x[0])) + square(1.0 - x[0]) + exp(x[2]) - 2.0 * x[2] +
           3.0 * square(x[3] - x[2]);
  });
}
const std::vector<double> start{-1.2, 1, 2, -0.5};

Objective spoilt(const std::function<void(std::span<double>)>& spoil) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [right = std::make_shared<Objective>(right_loss()), spoil](std::span<const double> x,
                                                                                            std::span<double> g) {
    const double value = right->value_and_gradient(x, g);
    spoil(g);
    return value;
  };
  return objective(4, callbacks);
}

struct Flaw {
  std::string named;  // in the finding
  std::function<void(std::span<double>)> spoil;
};

std::vector<Flaw> flaws() {
  const auto all = [](double factor) {
    return [factor](std::span<double> g) {
      for (double& entry : g) entry *= factor;
    };
  };
  const auto one = [](std::size_t i, double factor) { return [=](std::span<double> g) { g[i] *= factor; }; };
  return {{"x[2] is off by the factor 1.01", one(2, 1.01)},
          {"every coordinate is off by the factor 1.01", all(1.01)},
          {"the sign of x[1] is reversed", one(1, -1)},
          {"every sign is reversed", all(-1)},
          {"x[0] and x[3] are exchanged", [](std::span<double> g) { std::swap(g[0], g[3]); }},
          {"x[3] is zero", one(3, 0)},
          {"the gradient is zero everywhere", all(0)},
          {"entries are shifted down by one",
           [](std::span<double> g) {
             const double first = g[0];
             for (std::size_t i = 0; i < 3; ++i) g[i] = g[i + 1];
             g[3] = first;
           }},
          {"entries are shifted up by one",
           [](std::span<double> g) {
             for (std::size_t i = 3; i > 0; --i) g[i] = g[i - 1];
             g[0] = 0;
           }},
          {"a factor 2 is missing", all(0.5)}};
}

TEST(Doctor, WrongGradientsNeverEndInSuccessAndAreNamed) {
  for (const Method& method :
       {Method(Lbfgs{}), Method(Bfgs{}), Method(NonlinearCg{}), Method(GradientDescent{}), Method(BarzilaiBorwein{})}) {
    for (const Flaw& flaw : flaws()) {
      Objective f = spoilt(flaw.spoil);
      const Result r = minimize(f, start, method, {.max_iterations = 3000});
      EXPECT_FALSE(r.success) << method.text() << ": " << flaw.named << ": " << r.message;
      ASSERT_FALSE(r.diagnosis.empty()) << method.text() << ": " << flaw.named << ": " << r.message;
      EXPECT_EQ(r.diagnosis[0].kind, Kind::wrong_gradient) << method.text() << ": " << flaw.named;
      EXPECT_NE(r.diagnosis[0].what.find(flaw.named), std::string::npos)
          << method.text() << ": " << r.diagnosis[0].what;
    }
  }
}

TEST(Doctor, MethodsOfValuesAloneEndAsIfThereWereNoGradientAndNameAWrongOne) {
  for (const Method& method : {Method(NelderMead{}), Method(PatternSearch{})}) {
    Objective values = objective(4, {.value = [right = std::make_shared<Objective>(right_loss())](
                                                  std::span<const double> x) { return right->value(x); }});
    const Result plain = minimize(values, start, method);
    for (const Flaw& flaw : flaws()) {
      Objective f = spoilt(flaw.spoil);
      const Result r = minimize(f, start, method);
      ASSERT_FALSE(r.diagnosis.empty()) << method.text() << ": " << flaw.named << ": " << r.message;
      EXPECT_EQ(r.diagnosis[0].kind, Kind::wrong_gradient) << method.text() << ": " << flaw.named;
      EXPECT_NE(r.diagnosis[0].what.find(flaw.named), std::string::npos)
          << method.text() << ": " << r.diagnosis[0].what;
      EXPECT_EQ(r.verdict.kind, plain.verdict.kind) << method.text() << ": " << r.message << ": " << plain.message;
      EXPECT_EQ(r.success, plain.success) << method.text() << ": " << r.message;
      EXPECT_EQ(r.value, plain.value) << method.text();
    }
  }
}

TEST(Doctor, RightDerivativesAreNotBlamed) {
  for (const Method& method : {Method(Lbfgs{}), Method(Newton{}), Method(GradientDescent{}), Method(NelderMead{})}) {
    for (MinimumCase& c : minimum_cases()) {
      if (!c.is_easy) continue;
      const Result r = minimize(c.objective, c.start, method);
      EXPECT_TRUE(r.success) << method.text() << " on " << c.name << ": " << r.message;
      EXPECT_TRUE(r.diagnosis.empty()) << method.text() << " on " << c.name << ": " << r.diagnosis[0].what;
    }
  }
}

TEST(Doctor, AKinkIsNotTakenForAWrongGradient) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = x[0] > 1 ? 1 : -1;
    g[1] = 2 * x[1];
    return std::abs(x[0] - 1) + x[1] * x[1];
  };
  Objective f = objective(2, callbacks);
  const Result r = minimize(f, std::vector<double>{3.3, 1}, Lbfgs{});
  for (const Finding& finding : r.diagnosis) EXPECT_NE(finding.kind, Kind::wrong_gradient) << finding.what;
  if (!r.success) {
    ASSERT_FALSE(r.diagnosis.empty()) << r.message;
    EXPECT_EQ(r.diagnosis[0].kind, Kind::kink) << r.diagnosis[0].what;
    EXPECT_EQ(r.diagnosis[0].coordinates, std::vector<std::size_t>{0});
  }
}

TEST(Doctor, AWrongCoordinateIsFoundAmongMany) {
  constexpr std::size_t n = 500;
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    double sum = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double weight = 1 + 0.01 * static_cast<double>(i);
      sum += weight * (x[i] - 1) * (x[i] - 1);
      g[i] = 2 * weight * (x[i] - 1);
    }
    g[321] *= 1.01;
    return sum;
  };
  Objective f = objective(n, callbacks);
  const Result r = minimize(f, std::vector<double>(n, 3.0), Lbfgs{});
  EXPECT_FALSE(r.success) << r.message;
  ASSERT_FALSE(r.diagnosis.empty());
  EXPECT_EQ(r.diagnosis[0].coordinates, std::vector<std::size_t>{321}) << r.diagnosis[0].what;
}

// Residuals whose Jacobian is spoilt: 3 x 2, row by row.
Objective spoilt_residuals(std::size_t m, const std::function<void(std::span<double>)>& spoil) {
  Callbacks callbacks;
  callbacks.residual_count = m;
  callbacks.residuals_and_jacobian = [=](std::span<const double> x, std::span<double> r, std::span<double> j) {
    const double residuals[3] = {x[0] - 3 + x[1] * x[1], 2 * (x[1] + 1) + 0.3 * x[0], x[0] * x[1] + 3};
    const double jacobian[6] = {1, 2 * x[1], 0.3, 2, x[1], x[0]};
    std::copy(residuals, residuals + m, r.begin());
    std::copy(jacobian, jacobian + 2 * m, j.begin());
    spoil(j);
  };
  return objective(2, callbacks);
}

TEST(Doctor, WrongJacobiansNeverEndInSuccessAndAreNamed) {
  const auto transposed = [](std::size_t m) {
    return [m](std::span<double> j) {
      const std::vector<double> right(j.begin(), j.end());
      for (std::size_t i = 0; i < m; ++i) {
        for (std::size_t k = 0; k < 2; ++k) j[k * m + i] = right[i * 2 + k];
      }
    };
  };
  struct Case {
    std::string named;
    std::size_t m;
    std::function<void(std::span<double>)> spoil;
  };
  for (const Case& c :
       std::vector<Case>{{"transposed", 3, transposed(3)},
                         {"transposed", 2, transposed(2)},
                         {"every entry is off by the factor 2", 3,
                          [](std::span<double> j) {
                            for (double& entry : j) entry *= 2;
                          }},
                         {"the sign of every entry is reversed", 3,
                          [](std::span<double> j) {
                            for (double& entry : j) entry = -entry;
                          }},
                         {"the column of x[1] is off by the factor 1.01", 3,
                          [](std::span<double> j) { j[1] *= 1.01, j[3] *= 1.01, j[5] *= 1.01; }},
                         {"the columns of x[0] and x[1] are exchanged", 3,
                          [](std::span<double> j) {
                            for (std::size_t i = 0; i < 6; i += 2) std::swap(j[i], j[i + 1]);
                          }},
                         {"the sign of row 2 is reversed", 3, [](std::span<double> j) { j[4] = -j[4], j[5] = -j[5]; }},
                         {"the sign of that entry is reversed", 3, [](std::span<double> j) { j[5] = -j[5]; }}}) {
    for (const Method& method : {Method(LevenbergMarquardt{}), Method(Dogleg{}), Method(Lbfgs{})}) {
      Objective f = spoilt_residuals(c.m, c.spoil);
      const Result r = minimize(f, std::vector<double>{2, -2}, method, {.max_iterations = 1000});
      EXPECT_FALSE(r.success) << method.text() << ": " << c.named << ": " << r.message;
      ASSERT_FALSE(r.diagnosis.empty()) << method.text() << ": " << c.named << ": " << r.message;
      EXPECT_EQ(r.diagnosis[0].kind, Kind::wrong_jacobian) << r.diagnosis[0].what;
      EXPECT_NE(r.diagnosis[0].what.find(c.named), std::string::npos) << r.diagnosis[0].what;
    }
  }
}

TEST(Doctor, WrongSecondDerivativesNeverEndInSuccess) {
  for (const bool is_by_products : {false, true}) {
    for (const double factor : {1.01, -1.0, 0.0}) {
      const auto right = std::make_shared<Objective>(right_loss());
      Callbacks callbacks;
      callbacks.value_and_gradient = [=](std::span<const double> x, std::span<double> g) {
        return right->value_and_gradient(x, g);
      };
      if (is_by_products) {
        callbacks.hessian_vector = [=](std::span<const double> x, std::span<const double> v, std::span<double> out) {
          right->hessian_vector(x, v, out);
          for (double& entry : out) entry *= factor;
        };
      } else {
        callbacks.hessian = [=](std::span<const double> x, std::span<double> h) {
          right->hessian(x, h);
          h[4 * 2 + 3] *= factor;
        };
      }
      Objective f = objective(4, callbacks);
      const Result r =
          minimize(f, start, is_by_products ? Method(NewtonCg{}) : Method(Newton{}), {.max_iterations = 500});
      EXPECT_FALSE(r.success) << is_by_products << factor << r.message;
      ASSERT_FALSE(r.diagnosis.empty()) << r.message;
      EXPECT_EQ(r.diagnosis[0].kind, Kind::wrong_hessian) << r.diagnosis[0].what;
    }
  }
}

bool has(const Result& r, Kind kind) {
  return std::ranges::any_of(r.diagnosis, [&](const Finding& finding) { return finding.kind == kind; });
}

TEST(Doctor, NoiseOfValuesIsMeasured) {
  std::mt19937 draw(1);
  std::normal_distribution<double> normal;
  for (const double noise : {1e-9, 1e-6, 1e-3}) {
    std::vector<double> values;
    for (int k = 0; k < 9; ++k) values.push_back(2 + 1e-3 * k * k + noise * normal(draw));
    const auto found = optimize::noise_of(values);
    ASSERT_TRUE(found) << noise;
    EXPECT_GT(*found, 0.2 * noise);
    EXPECT_LT(*found, 5 * noise);
  }
  std::vector<double> level(9, 1.5);
  EXPECT_FALSE(optimize::noise_of(level));
}

Objective noisy_bowl(double noise) {
  const auto draw = std::make_shared<std::mt19937>(7);
  Callbacks callbacks;
  callbacks.value = [=](std::span<const double> x) {
    std::normal_distribution<double> normal;
    return 3 + (x[0] - 1) * (x[0] - 1) + 2 * (x[1] + 2) * (x[1] + 2) + noise * normal(*draw);
  };
  return objective(2, callbacks);
}

TEST(Doctor, ARunOnNoisyValuesEndsUndecidedWithinTheNoise) {
  for (const Method& method : {Method(NelderMead{}), Method(CmaEs{})}) {
    Objective f = noisy_bowl(1e-6);
    const Result r = minimize(f, std::vector<double>{4, 4}, method, {.max_evaluations = 20000});
    EXPECT_NEAR(r.x[0], 1, 0.02) << method.text();
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::undecided) << method.text() << ": " << r.message << r.verdict.explanation;
    EXPECT_NE(r.verdict.explanation.find("noise"), std::string::npos) << r.verdict.explanation;
  }
}

TEST(Doctor, ARippleIsNoMinimum) {
  const auto ripples = [](const auto& x) {
    return (100.0 * square(x[1] - square(x[0])) + square(1.0 - x[0])) * (1.0 + 1e-6 * sin(1e7 * (x[0] + x[1])));
  };
  for (const Method& method : {Method(Newton{}), Method(Lbfgs{})}) {
    Objective f = smooth(2, ripples);
    const Result r = minimize(f, std::vector<double>{-1.2, 1}, method);
    EXPECT_TRUE(!r.success || r.value < 1e-6) << method.text() << ": f = " << r.value << ": " << r.message;
    EXPECT_TRUE(r.success || has(r, Kind::noise)) << method.text();
  }
}

TEST(Doctor, ALossThatDoesNotDependOnAVariableIsTold) {
  Objective f = smooth(3, [](const auto& x) { return square(x[0] - 1.0) + square(x[2]) + 0.0 * x[1]; });
  const Result r = minimize(f, std::vector<double>{3, 2, 1}, Lbfgs{});
  ASSERT_EQ(r.diagnosis.size(), 1u) << r.message;
  EXPECT_EQ(r.diagnosis[0].kind, Kind::unused_variable);
  EXPECT_EQ(r.diagnosis[0].coordinates, std::vector<std::size_t>{1});
  EXPECT_EQ(r.diagnosis[0].what, "f does not change with x[1]");
}

TEST(Doctor, AConstantLossIsTold) {
  Objective f = smooth(2, [](const auto& x) { return 0.0 * x[0] + 7.0; });
  const Result r = minimize(f, std::vector<double>{3, 2}, Newton{});
  EXPECT_TRUE(has(r, Kind::constant)) << r.message;
}

TEST(Doctor, KinksAndJumpsAreTold) {
  Objective kinked = smooth(2, [](const auto& x) { return abs(x[0] - 0.3) + square(x[1]) + 0.5 * x[0]; });
  const Result at_kink = minimize(kinked, std::vector<double>{1.3, -0.7}, GradientDescent{});
  EXPECT_FALSE(at_kink.success);
  EXPECT_TRUE(has(at_kink, Kind::kink)) << at_kink.message;
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * (x[0] - 1);
    return (x[0] - 1) * (x[0] - 1) + (x[0] < 2 ? 50 : 0);
  };
  Objective jumping = objective(1, callbacks);
  const Result at_jump = minimize(jumping, std::vector<double>{5}, Lbfgs{});
  EXPECT_FALSE(at_jump.success);
  EXPECT_TRUE(has(at_jump, Kind::jump)) << at_jump.message;
}

TEST(Doctor, LimitsThatEndADescentAreTold) {
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const Result r = minimize(f, std::vector<double>{-1.2, 1}, GradientDescent{}, {.max_iterations = 200});
  EXPECT_EQ(r.reason, Reason::max_iterations);
  EXPECT_TRUE(has(r, Kind::limit)) << r.message;
}

TEST(Doctor, ALearningRateAboveTwoOverTheCurvatureIsTold) {
  Objective f = smooth(1, [](const auto& x) { return 50.0 * square(x[0]); });
  const Result r = minimize(f, std::vector<double>{1}, GradientDescent{Fixed{0.021}}, {.max_iterations = 5000});
  EXPECT_FALSE(r.success);
  ASSERT_TRUE(has(r, Kind::learning_rate)) << r.message;
  EXPECT_NE(r.diagnosis[0].advice.find("below 0.02"), std::string::npos) << r.diagnosis[0].advice;
}

TEST(Doctor, AStartThatIsNotFiniteIsDiagnosed) {
  Callbacks callbacks;
  callbacks.value = [](std::span<const double> x) { return std::log(x[0]); };
  Objective f = objective(1, callbacks);
  const Result r = minimize(f, std::vector<double>{-1}, NelderMead{});
  ASSERT_EQ(r.diagnosis.size(), 1u);
  EXPECT_EQ(r.diagnosis[0].kind, Kind::not_finite);
  EXPECT_EQ(r.diagnosis[0].point, std::vector<double>{-1});
}

// Far out on the plateau nothing is left of the second derivatives, and differences over the whole way see nothing of the well.
TEST(Doctor, ARightHessianIsNotBlamedForAPlateau) {
  const auto well = [](const auto& x) { return square(x[0]) + 0.1 - 0.1 * exp(-10.0 * square(x[1] - x[0])); };
  for (const char* text : {"newton", "newton_cg", "lbfgs"}) {
    Objective f = smooth(2, well);
    const Result r = minimize(f, std::vector<double>{1, 3}, parse_method(text));
    EXPECT_NE(r.reason, Reason::wrong_derivatives) << text << ": " << (r.diagnosis.empty() ? "" : r.diagnosis[0].what);
    for (const Finding& finding : r.diagnosis)
      EXPECT_NE(finding.kind, Kind::wrong_hessian) << text << ": " << finding.what;
  }
}

TEST(Doctor, ManyVariablesWithoutASlopeCostAFewValuesOnly) {
  constexpr std::size_t n = 5000;
  for (const bool has_hidden_use : {false, true}) {
    std::size_t calls = 0;
    const auto value = [&calls, has_hidden_use](std::span<const double> x) {
      ++calls;
      double sum = 0;
      for (std::size_t i = 0; i < 5; ++i) sum += std::cosh(x[i] - 3);
      return sum + (has_hidden_use ? std::max(0.0, x[n - 1] - 50) : 0.0);
    };
    const auto value_and_gradient = [&value](std::span<const double> x, std::span<double> gradient) {
      std::ranges::fill(gradient, 0.0);
      for (std::size_t i = 0; i < 5; ++i) gradient[i] = std::sinh(x[i] - 3);
      return value(x);
    };
    Objective f = objective(n, {.value = value, .value_and_gradient = value_and_gradient});
    const Result r = minimize(f, std::vector<double>(n, 1.0), Lbfgs{}, {.max_iterations = 2});
    EXPECT_LT(calls, n) << r.message;
    const bool is_named = std::ranges::any_of(
        r.diagnosis, [](const Finding& finding) { return finding.kind == Finding::Kind::unused_variable; });
    EXPECT_EQ(is_named, !has_hidden_use) << r.message;
  }
}

}  // namespace
}  // namespace downhill
