#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

Objective valley() {
  return smooth(2, [](const auto& x) { return rosenbrock(x); });
}
const std::vector<double> start{-1.2, 1};

TEST(Driver, SaysWhyItStoppedWithBothNumbers) {
  Objective f = valley();
  const Result limited = minimize(f, start, GradientDescent{}, {.max_iterations = 10});
  EXPECT_EQ(limited.reason, Reason::max_iterations);
  EXPECT_FALSE(limited.success);
  EXPECT_EQ(limited.iterations, 10u);
  EXPECT_TRUE(limited.message.starts_with(
      "gradient_descent: stopped after 10 iterations: the iterations are used up (10 of 10) and "
      "the gradient is not small ("))
      << limited.message;
  const Result done = minimize(f, start, Newton{}, {.gradient_tolerance = 1e-6});
  EXPECT_EQ(done.reason, Reason::gradient_small);
  EXPECT_NE(done.message.find("the gradient is small enough ("), std::string::npos) << done.message;
  EXPECT_NE(done.message.find(" <= 1e-06)"), std::string::npos) << done.message;
}

TEST(Driver, StopsAtEveryLimit) {
  Objective f = valley();
  const Result evaluations = minimize(f, start, GradientDescent{}, {.max_evaluations = 50});
  EXPECT_EQ(evaluations.reason, Reason::max_evaluations);
  const Result target = minimize(f, start, GradientDescent{}, {.target_value = 1});
  EXPECT_EQ(target.reason, Reason::value_reached);
  EXPECT_LE(target.value, 1);
  const Result time = minimize(f, start, GradientDescent{}, {.max_seconds = 0});
  EXPECT_EQ(time.reason, Reason::max_seconds);
  EXPECT_EQ(time.x, start);
}

TEST(Driver, ACallbackCanStopTheRunAndSeesEveryIteration) {
  Objective f = valley();
  std::vector<double> values;
  const RunOptions run{.callback = [&](const Progress& p) {
    EXPECT_EQ(p.iteration, values.size());
    values.push_back(p.value);
    return p.iteration == 5 ? Continue::no : Continue::yes;
  }};
  const Result r = minimize(f, start, Newton{}, {}, run);
  EXPECT_EQ(r.reason, Reason::stopped_by_callback);
  EXPECT_EQ(values.size(), 6u);
  EXPECT_EQ(r.value, values.back());
  EXPECT_FALSE(r.success);
}

TEST(Driver, AStopTokenEndsTheRunWithThePointReached) {
  Objective f = valley();
  std::stop_source source;
  const RunOptions run{.callback =
                           [&](const Progress& p) {
                             if (p.iteration == 3) source.request_stop();
                             return Continue::yes;
                           },
                       .stop = source.get_token()};
  const Result r = minimize(f, start, Newton{}, {}, run);
  EXPECT_EQ(r.reason, Reason::cancelled);
  EXPECT_EQ(r.iterations, 3u);
  EXPECT_LT(r.value, 24.2);
}

TEST(Driver, ALearningRateThatIsTooLargeDivergesAndTheBestPointIsReturned) {
  Objective f = smooth(1, [](const auto& x) { return square(x[0]); });
  const Result r = minimize(f, std::vector<double>{1}, GradientDescent{Fixed{1.5}});
  EXPECT_EQ(r.reason, Reason::diverged) << r.message;
  EXPECT_EQ(r.x[0], 1) << "no point was lower than the start";
  EXPECT_FALSE(r.success);
}

TEST(Driver, AStartAtTheMinimumTakesNoIteration) {
  Objective f = valley();
  const Result r = minimize(f, std::vector<double>{1, 1});
  EXPECT_EQ(r.iterations, 0u);
  EXPECT_TRUE(r.success);
}

TEST(Driver, AGradientThatIsNotFiniteIsNamed) {
  Callbacks callbacks;  // x0² + sqrt(x1)
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    g[1] = 0.5 / std::sqrt(x[1]);
    return x[0] * x[0] + std::sqrt(x[1]);
  };
  callbacks.hessian = [](std::span<const double>, std::span<double>) {};
  Objective f = objective(2, callbacks);
  const Result r = minimize(f, std::vector<double>{1, 0});
  EXPECT_EQ(r.reason, Reason::non_finite_gradient);
  EXPECT_EQ(r.message, "newton: cannot start: the derivative by x[1] is inf at the start, although f is 1");
}

TEST(Driver, AGradientOfTheWrongSignIsNoSuccess) {
  Objective right = valley();
  for (const double factor : {-1.0, 0.0}) {
    Callbacks callbacks;
    callbacks.value_and_gradient = [&right, factor](std::span<const double> x, std::span<double> g) {
      const double value = right.value_and_gradient(x, g);
      for (double& entry : g) entry *= factor;
      return value;
    };
    Objective f = objective(2, callbacks);
    const Result r = minimize(f, start, GradientDescent{});
    EXPECT_FALSE(r.success) << factor << ": " << r.message;
  }
}

TEST(Driver, TheTraceHoldsEveryIterate) {
  Objective f = valley();
  const Result r = minimize(f, start, Newton{}, {}, {.record = Record::points});
  ASSERT_EQ(r.trace.size(), r.iterations + 1);
  EXPECT_EQ(r.trace.front().x, start);
  EXPECT_EQ(r.trace.back().x, r.x);
  EXPECT_EQ(r.trace.back().value, r.value);
}

TEST(Driver, OptionsOutOfTheirRangeAreRefused) {
  Objective f = valley();
  EXPECT_THROW(static_cast<void>(minimize(f, start, Newton{}, {.gradient_tolerance = -1})), OptionError);
  EXPECT_THROW(Method(GradientDescent{Fixed{-1}}), OptionError);
  EXPECT_THROW(static_cast<void>(parse_method("newtn")), OptionError);
}

TEST(Driver, ARecordEndsWhereTheRunEnds) {
  Objective f = smooth(2, [](const auto& x) { return square(square(x[0]) + square(x[1]) - 1.0); });
  for (const Method& method : {Method(Newton{}), Method(TrustRegion{}), Method(Lbfgs{})}) {
    const Result r = minimize(f, std::vector<double>{0, 0}, method, {}, {.record = Record::points});
    EXPECT_LT(r.value, 1e-20) << r.message;
    ASSERT_FALSE(r.trace.empty());
    EXPECT_EQ(r.trace.back().x, r.x) << r.message;
    EXPECT_EQ(r.trace.back().value, r.value) << r.message;
  }
}

}  // namespace
}  // namespace downhill
