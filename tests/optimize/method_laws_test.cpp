#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <cstring>

#include "optimize/cases.hpp"
#include "optimize/end_of_walk.hpp"
#include "optimize/method_model.hpp"
#include "optimize/rules.hpp"
#include "options/declaration.hpp"

/// What holds for every method of the registry; a new method is tested by its list entry alone.
namespace downhill {
namespace {

using namespace downhill::testing;
using optimize::Needs;
using optimize::Traits;

std::vector<Method> every_method() {
  std::vector<Method> methods;
  for (const std::string_view name : Method::registry().names()) {
    if (Rule::registry().has(name)) {
      methods.push_back(parse_method(options_that_settle(Method::registry().declaration(name))));
      continue;
    }
    methods.push_back(
        parse_method(name == "random_search" ? "random_search(radius=6)" : name));  // its box must hold the minimum
  }
  for (const char* text :
       {"gradient_descent(line_search=exact)", "gradient_descent(line_search=fixed(learning_rate=0.05))",
        "gradient_descent(line_search=candidates)", "local_search(batch=8, contraction=0.5)",
        "newton(shrink=0.5, growth=4)", "lbfgs(memory=3, line_search=strong_wolfe)", "lbfgs(line_search=hager_zhang)",
        "bfgs(line_search=hager_zhang)", "newton_cg(line_search=armijo)",
        "nonlinear_cg(beta=fletcher_reeves, line_search=strong_wolfe(curvature=0.1))",
        "nonlinear_cg(beta=polak_ribiere_plus)", "nonlinear_cg(beta=hestenes_stiefel)", "nonlinear_cg(beta=dai_yuan)",
        "barzilai_borwein(step=shorter)", "barzilai_borwein(step=alternate)"}) {
    methods.push_back(parse_method(text));
  }
  return methods;
}

bool suits(const Method& method, const MinimumCase& c) {
  const Traits traits = method.model().traits();
  if (c.start.size() > traits.most_variables) return false;
  if (traits.needs == Needs::quadratic) return c.is_quadratic;
  if (traits.needs == Needs::residuals) return c.is_least_squares;
  return traits.rate == Traits::Rate::superlinear || c.is_easy;
}

TEST(MethodLaws, ReachTheMinimumOfEverySuitableProblem) {
  for (const Method& method : every_method()) {
    int runs = 0;
    for (MinimumCase& c : minimum_cases()) {
      if (!suits(method, c)) continue;
      ++runs;
      const Result r = minimize(c.objective, c.start, method);
      const double tolerance = method.name() == "random_search" ? 1 : 1e-12 * std::max(1.0, std::abs(c.minimum));
      EXPECT_LE(r.value, c.minimum + tolerance) << method.text() << " on " << c.name << ": " << r.message;
      if (method.name() == "random_search") continue;
      EXPECT_TRUE(r.success) << method.text() << " on " << c.name << ": " << r.message;
      EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << method.text() << " on " << c.name;
      EXPECT_GT(r.verdict.smallest_eigenvalue, 0) << method.text() << " on " << c.name;
    }
    EXPECT_GT(runs, 0) << method.text() << " suits no problem";
  }
}

TEST(MethodLaws, NeverRiseWhereTheyPromiseNotTo) {
  for (const Method& method : every_method()) {
    if (method.model().traits().descent != Traits::Descent::monotone) continue;
    for (MinimumCase& c : minimum_cases()) {
      if (!suits(method, c)) continue;
      const Result r = minimize(c.objective, c.start, method, {.max_iterations = 2000}, {.record = Record::values});
      for (std::size_t k = 1; k < r.trace.size(); ++k) {
        EXPECT_LE(r.trace[k].value, r.trace[k - 1].value + 1e-14 * std::abs(r.trace[k - 1].value))
            << method.text() << " on " << c.name << ", iteration " << k;
      }
    }
  }
}

TEST(MethodLaws, TheSameSeedGivesTheSameBits) {
  for (const Method& method : every_method()) {
    for (MinimumCase& c : minimum_cases()) {
      if (!suits(method, c)) continue;
      Objective again = c.objective;
      const Stop stop{.max_iterations = 200};
      const Result a = minimize(c.objective, c.start, method, stop, {.seed = 7});
      const Result b = minimize(again, c.start, method, stop, {.seed = 7});
      EXPECT_EQ(std::memcmp(a.x.data(), b.x.data(), a.x.size() * sizeof(double)), 0)
          << method.text() << " on " << c.name;
      EXPECT_EQ(a.evaluations, b.evaluations) << method.text() << " on " << c.name;
    }
  }
}

// Two variables, or as many as the method can work on.
std::size_t variables_for(const Method& method) {
  return std::min<std::size_t>(2, method.model().traits().most_variables);
}

// The sum of (x[i] - center[i])²; beyond x[0] = 2 nothing is finite.
Objective with_a_hole(std::size_t n, bool is_quadratic) {
  const auto wall = [](std::span<const double> x) { return x[0] > 2 ? std::nan("") : 0.0; };
  Callbacks callbacks;
  callbacks.residual_count = n;
  callbacks.residuals_and_jacobian = [=](std::span<const double> x, std::span<double> r, std::span<double> j) {
    for (std::size_t i = 0; i < n; ++i) {
      r[i] = x[i] - (i == 0 ? 5 : 1) + wall(x);
      for (std::size_t k = 0; k < n; ++k) j[i * n + k] = (i == k ? 1 : 0) + wall(x);
    }
  };
  callbacks.hessian = [=](std::span<const double> x, std::span<double> h) {
    for (std::size_t i = 0; i < n * n; ++i) h[i] = (i % (n + 1) == 0 ? 2 : 0) + wall(x);
  };
  if (is_quadratic) callbacks.quadratic = true;
  return objective(n, callbacks);
}

TEST(MethodLaws, NotANumberStopsCleanlyWithTheBestPoint) {
  for (const Method& method : every_method()) {
    const std::size_t n = variables_for(method);
    Objective f = with_a_hole(n, method.model().traits().needs == Needs::quadratic);
    const std::vector<double> x0(n, 0.0);
    const Result r = minimize(f, x0, method, {.max_iterations = 3000});
    for (const double entry : r.x) EXPECT_TRUE(std::isfinite(entry)) << method.text();
    EXPECT_TRUE(std::isfinite(r.value)) << method.text();
    EXPECT_LE(r.value, 26) << method.text() << ": no worse than the start";
    EXPECT_LE(r.x[0], 2) << method.text();
    EXPECT_FALSE(r.success) << method.text() << ": the wall is no minimum: " << r.message;
    EXPECT_FALSE(r.message.empty());
  }
}

TEST(MethodLaws, TheirStateIsAllThatASnapshotHolds) {
  for (const Method& method : every_method()) {
    for (const MinimumCase& c : minimum_cases()) {
      if (!suits(method, c)) continue;
      const std::vector<double> a = end_of_walk(method, c.objective, c.start, Through::memory);
      const std::vector<double> b = end_of_walk(method, c.objective, c.start, Through::snapshots);
      EXPECT_EQ(std::memcmp(a.data(), b.data(), a.size() * sizeof(double)), 0) << method.text() << " on " << c.name;
    }
  }
}

TEST(MethodLaws, ReadBackFromTheirTextForm) {
  for (const Method& method : every_method()) {
    EXPECT_EQ(parse_method(method.text()).text(), method.text());
    const std::string all = method.text(options::Detail::all);
    EXPECT_EQ(parse_method(all).text(options::Detail::all), all);
  }
}

TEST(MethodLaws, HugeAndTinyLossesNeitherOverflowNorUnderflow) {
  for (const Method& method : every_method()) {
    const Traits traits = method.model().traits();
    if (traits.needs == Needs::residuals) continue;  // squares of residuals, tested below
    // Rates and steps are in units of f and x.
    if (method.text(options::Detail::all).find("learning_rate") != std::string::npos ||
        method.text().find("candidates") != std::string::npos) {
      continue;
    }
    for (const double factor : {1e300, 1e-300}) {
      const std::size_t n = variables_for(method);
      const auto bowl = [n](const auto& x) {
        return n == 1 ? square(x[0] - 1.0) : square(x[0] - 1.0) + 4.0 * square(x[1]);
      };
      Objective f = smooth(n, [=](const auto& x) { return factor * bowl(x); }, true);
      const std::vector<double> x0 = n == 1 ? std::vector<double>{3} : std::vector<double>{3, 2};
      const Result r = minimize(f, x0, method);
      EXPECT_LE(r.value, factor * (method.name() == "random_search" ? 10 : 1e-12))
          << method.text() << ": " << r.message;
      EXPECT_TRUE(std::isfinite(r.gradient_norm)) << method.text();
      EXPECT_TRUE(r.success || method.name() == "random_search") << method.text() << ": " << r.message;
    }
  }
}

TEST(MethodLaws, RefuseAStartThatIsNotFinite) {
  for (const Method& method : every_method()) {
    Callbacks callbacks;
    callbacks.residual_count = 1;
    callbacks.residuals_and_jacobian = [](auto, std::span<double> r, std::span<double> j) {
      r[0] = j[0] = std::nan("");
    };
    callbacks.hessian = [](auto, std::span<double> h) { h[0] = std::nan(""); };
    callbacks.quadratic = true;
    Objective f = objective(1, callbacks);
    const std::vector<double> x0{1};
    const Result r = minimize(f, x0, method);
    EXPECT_EQ(r.reason, Reason::bad_start) << method.text();
    EXPECT_EQ(r.x, x0);
    EXPECT_EQ(r.message,
              std::string(method.name()) + ": cannot start: f is nan at the start, where a finite value is needed");
    EXPECT_FALSE(r.success);
  }
}

TEST(MethodLaws, StayWithinTheLimitOfEvaluations) {
  for (const Method& method : every_method()) {
    for (MinimumCase& c : minimum_cases()) {
      if (!suits(method, c)) continue;
      std::uint64_t iterations_seen = 0;
      const RunOptions run{.callback = [&](const Progress& p) {
        iterations_seen = p.iteration;
        return Continue::yes;
      }};
      const Result r = minimize(c.objective, c.start, method, {.max_iterations = 2}, run);
      EXPECT_LE(r.iterations, 2u) << method.text();
      EXPECT_LE(iterations_seen, 2u) << method.text();
    }
  }
}

}  // namespace
}  // namespace downhill
