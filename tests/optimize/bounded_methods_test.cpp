#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <cstring>

#include "optimize/bounded_cases.hpp"
#include "optimize/end_of_walk.hpp"
#include "optimize/method_model.hpp"
#include "options/declaration.hpp"

/// What holds within bounds for every method of the registry that keeps to them.
namespace downhill {
namespace {

using namespace downhill::testing;
using optimize::Needs;
using optimize::Traits;

std::vector<Method> methods_that_keep_bounds() {
  std::vector<Method> methods;
  for (const std::string_view name : Method::registry().names()) {
    const Method method = parse_method(name == "random_search" ? "random_search(radius=6)" : name);
    if (method.model().traits().bounds == Traits::Bounds::keeps) methods.push_back(method);
  }
  for (const char* text :
       {"lbfgsb(memory=3)", "lbfgsb(line_search=strong_wolfe)", "lbfgsb(line_search=hager_zhang)",
        "lbfgsb(line_search=armijo)", "projected_gradient(history=1)", "projected_newton(shrink=0.5)",
        "interior_point(fraction=0.9)", "multi_start(method=lbfgsb, starts=3)"}) {
    methods.push_back(parse_method(text));
  }
  return methods;
}

bool suits(const Method& method, const BoundedCase& c) {
  const Traits traits = method.model().traits();
  if (c.start.size() > traits.most_variables) return false;
  if (traits.needs == Needs::residuals) return c.is_least_squares;
  if (c.is_stationary_at_start && traits.saddles == Traits::Saddles::stays) return false;
  return traits.rate == Traits::Rate::superlinear || c.is_easy;
}

double distance(const std::vector<double>& a, const std::vector<double>& b) {
  double result = 0;
  for (std::size_t i = 0; i < a.size(); ++i) result = std::max(result, std::abs(a[i] - b[i]));
  return result;
}

double nearest(const std::vector<double>& x, const std::vector<std::vector<double>>& points) {
  double result = inf;
  for (const auto& point : points) result = std::min(result, distance(x, point));
  return result;
}

TEST(BoundedMethods, ReachAMinimumOfEverySuitableProblem) {
  for (const Method& method : methods_that_keep_bounds()) {
    if (method.name() == "random_search") continue;
    const bool is_by_values = method.model().traits().needs == Needs::values;
    for (BoundedCase& c : bounded_cases()) {
      if (!suits(method, c)) continue;
      const std::string what = method.text() + " on " + c.name + ": ";
      const Result r = minimize(c.objective, c.start, method);
      EXPECT_TRUE(r.success) << what << r.message << "; " << r.verdict.explanation;
      EXPECT_LE(nearest(r.x, c.minima), is_by_values ? 1e-3 : 1e-5) << what << r.message;
      EXPECT_TRUE(r.verdict.kind == Verdict::Kind::strict_minimum || is_by_values) << what << r.verdict.explanation;
      std::vector<std::size_t> active;
      for (const ActiveBound& bound : r.verdict.active_bounds) active.push_back(bound.variable);
      EXPECT_TRUE(active == c.active || c.is_degenerate) << what << r.verdict.explanation;
    }
  }
}

TEST(BoundedMethods, NeverClaimASuccessThatIsNone) {
  for (const Method& method : methods_that_keep_bounds()) {
    for (BoundedCase& c : bounded_cases()) {
      const Traits traits = method.model().traits();
      if (c.start.size() > traits.most_variables || (traits.needs == Needs::residuals && !c.is_least_squares)) continue;
      const Result r = minimize(c.objective, c.start, method, {.max_evaluations = 20'000});
      if (!r.success) continue;
      EXPECT_LE(nearest(r.x, c.minima), 1e-2) << method.text() << " on " << c.name << ": " << r.message;
    }
  }
}

// Remembers whether it was asked for anything outside the bounds.
Objective watched(const Objective& f, const Bounds& bounds, const std::shared_ptr<int>& calls_outside) {
  Callbacks callbacks;
  const auto source = f.source();
  const auto look = [=](std::span<const double> x) {
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!(x[i] >= bounds.lower[i] && x[i] <= bounds.upper[i])) ++*calls_outside;
    }
  };
  callbacks.value = [=](std::span<const double> x) {
    look(x);
    return source->value(x);
  };
  callbacks.value_and_gradient = [=](std::span<const double> x, std::span<double> g) {
    look(x);
    return source->value_and_gradient(x, g);
  };
  callbacks.hessian = [=](std::span<const double> x, std::span<double> h) {
    look(x);
    source->hessian(x, h);
  };
  if (f.capabilities().residuals > 0) {
    callbacks.residual_count = f.capabilities().residuals;
    callbacks.residuals_and_jacobian = [=](std::span<const double> x, std::span<double> r, std::span<double> j) {
      look(x);
      source->residuals_and_jacobian(x, r, j);
    };
  }
  return objective(f.size(), callbacks);
}

TEST(BoundedMethods, NeverEvaluateOutsideTheBounds) {
  for (const Method& method : methods_that_keep_bounds()) {
    for (BoundedCase& c : bounded_cases()) {
      if (!suits(method, c)) continue;
      const Bounds bounds = *c.objective.bounds();
      const auto calls_outside = std::make_shared<int>(0);
      Objective f = with_bounds(watched(c.objective, bounds, calls_outside), bounds);
      std::uint64_t points = 0;
      const RunOptions run{.callback = [&](const Progress& p) {
        ++points;
        for (std::size_t i = 0; i < p.x.size(); ++i) {
          EXPECT_GE(p.x[i], bounds.lower[i]) << method.text();
          EXPECT_LE(p.x[i], bounds.upper[i]) << method.text();
        }
        return Continue::yes;
      }};
      const Result r = minimize(f, c.start, method, {.max_iterations = 500}, run);
      EXPECT_EQ(*calls_outside, 0) << method.text() << " on " << c.name;
      EXPECT_GT(points, 0u);
    }
  }
}

TEST(BoundedMethods, TheSameSeedGivesTheSameBits) {
  for (const Method& method : methods_that_keep_bounds()) {
    for (BoundedCase& c : bounded_cases()) {
      if (!suits(method, c)) continue;
      Objective again = c.objective;
      const Stop stop{.max_iterations = 60};
      const Result a = minimize(c.objective, c.start, method, stop, {.seed = 7});
      const Result b = minimize(again, c.start, method, stop, {.seed = 7});
      EXPECT_EQ(std::memcmp(a.x.data(), b.x.data(), a.x.size() * sizeof(double)), 0)
          << method.text() << " on " << c.name;
      EXPECT_EQ(a.evaluations, b.evaluations) << method.text() << " on " << c.name;
    }
  }
}

TEST(BoundedMethods, TheirStateIsAllThatASnapshotHolds) {
  for (const Method& method : methods_that_keep_bounds()) {
    for (const BoundedCase& c : bounded_cases()) {
      if (!suits(method, c) || c.name == "a fixed variable") continue;
      const std::vector<double> a = end_of_walk(method, c.objective, c.start, Through::memory);
      const std::vector<double> b = end_of_walk(method, c.objective, c.start, Through::snapshots);
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)), 0) << method.text() << " on " << c.name;
    }
  }
}

TEST(BoundedMethods, OthersAreRefusedWithTheNamesOfThoseThatKeepThem) {
  for (const std::string_view name : Method::registry().names()) {
    const Method method = parse_method(name);
    if (method.model().traits().bounds == Traits::Bounds::keeps) continue;
    Objective f =
        with_bounds(least_squares(2, 2, [](const auto& x) { return std::decay_t<decltype(x)>{x[0] - 1.0, x[1]}; }),
                    {{0, 0}, {1, 1}});
    if (method.model().traits().most_variables < 2) continue;
    try {
      (void)minimize(f, std::vector{0.5, 0.5}, method);
      ADD_FAILURE() << name << " took bounds that it ignores";
    } catch (const OptionError& error) {
      const std::string message = error.what();
      EXPECT_TRUE(message.starts_with(std::string(name) + ": cannot keep to bounds on variables\n  hint: use "))
          << message;
      EXPECT_NE(message.find("lbfgsb"), message.npos) << message;
      EXPECT_EQ(message.find("brent"), message.npos) << message << ": it takes one variable";
    }
  }
}

TEST(BoundedMethods, FixedVariablesAloneSuitEveryMethod) {
  Objective f = with_bounds(smooth(3, [](const auto& x) { return square(x[0] - 1.0) + square(x[1] - x[2]); }),
                            {{-inf, -inf, 2}, {inf, inf, 2}});
  for (const char* name : {"newton", "lbfgs", "bfgs", "nelder_mead", "gradient_descent"}) {
    const Result r = minimize(f, std::vector{4.0, 5.0, 0.0}, parse_method(name));
    EXPECT_TRUE(r.success) << name << ": " << r.message;
    EXPECT_LE(distance(r.x, {1, 2, 2}), 1e-4) << name;
    ASSERT_EQ(r.verdict.active_bounds.size(), 1u);
    EXPECT_EQ(r.verdict.active_bounds[0].variable, 2u);
    EXPECT_EQ(r.verdict.active_bounds[0].side, ActiveBound::Side::fixed);
  }
}

TEST(BoundedMethods, BoundsFarAwayChangeNothing) {
  for (const char* name :
       {"lbfgsb", "projected_newton", "levenberg_marquardt", "interior_point", "projected_gradient"}) {
    for (MinimumCase& c : minimum_cases()) {
      const Method method = parse_method(name);
      if (method.model().traits().needs == Needs::residuals && !c.is_least_squares) continue;
      if (method.model().traits().rate != Traits::Rate::superlinear && !c.is_easy) continue;
      const std::size_t n = c.start.size();
      Objective f = with_bounds(c.objective, {std::vector<double>(n, -1e6), std::vector<double>(n, 1e6)});
      const Result r = minimize(f, c.start, method);
      EXPECT_TRUE(r.success) << name << " on " << c.name << ": " << r.message;
      EXPECT_LE(r.value, c.minimum + 1e-12 * std::max(1.0, std::abs(c.minimum))) << name << " on " << c.name;
      EXPECT_TRUE(r.verdict.active_bounds.empty());
    }
  }
}

}  // namespace
}  // namespace downhill
