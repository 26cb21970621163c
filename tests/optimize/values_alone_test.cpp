#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <numbers>

#include "optimize/cases.hpp"
#include "optimize/draws.hpp"

/// Methods that see values alone: what each promises beyond the laws of all methods.
namespace downhill {
namespace {

using namespace downhill::testing;

double value_of(double x) { return x; }
double value_of(const Jet& x) { return x.value; }

// McKinnon, SIAM J. Optim. 9 (1998) 148-158, with tau = 2, theta = 6, phi = 60: the simplex of Nelder & Mead shrinks to the
// origin, where the slope is 1. The minimum is -1/4 at (0, -1/2).
Objective mckinnon() {
  return smooth(2, [](const auto& x) {
    const double factor = value_of(x[0]) <= 0 ? 360 : 6;
    return factor * square(x[0]) + x[1] + square(x[1]);
  });
}

TEST(NelderMead, LeavesTheOriginOfMcKinnonsFunction) {
  Objective f = mckinnon();
  for (const char* text : {"nelder_mead", "nelder_mead(step=1)", "nelder_mead(step=0.01)"}) {
    const Result r = minimize(f, std::vector<double>{0, 0}, parse_method(text));
    EXPECT_NEAR(r.value, -0.25, 1e-12) << text << ": " << r.message;
    EXPECT_NEAR(r.x[1], -0.5, 1e-6) << text;
  }
  const Result r = minimize(f, std::vector<double>{1, 1}, NelderMead{});
  EXPECT_NEAR(r.value, -0.25, 1e-12) << r.message;
}

TEST(NelderMead, ASimplexThatMayNotBeRebuiltClaimsNoSuccessWhereTheSlopeIsNotZero) {
  Objective f = mckinnon();
  const std::vector<double> x0{0, 0};
  const Result r = minimize(f, x0, NelderMead{.restarts = 0}, {.max_iterations = 30});
  EXPECT_EQ(r.success, std::abs(r.value + 0.25) < 1e-9) << r.message;
}

TEST(NelderMead, SolvesRosenbrockInTenDimensions) {
  Objective f = smooth(10, [](const auto& x) {
    auto sum = square(1.0 - x[0]);
    for (std::size_t i = 1; i < 10; ++i) {
      sum = sum + 100.0 * square(x[i] - square(x[i - 1]));
      if (i < 9) sum = sum + square(1.0 - x[i]);
    }
    return sum;
  });
  const Result r = minimize(f, std::vector<double>(10, 0.5), NelderMead{});
  EXPECT_LE(r.value, 1e-12) << r.message;
  EXPECT_TRUE(r.success) << r.message;
}

TEST(Brent, FindsMinimaOfClassicFunctions) {
  struct Case {
    const char* name;
    Objective objective;
    double start, x;
  };
  // Brent (1973), section 5.6: the sum over k of ((2k - 5) / (x - k²))² has a minimum between any two squares.
  const auto poles = [](const auto& x) {
    auto sum = square(-3.0 / (x[0] - 1.0));
    for (int k = 2; k <= 20; ++k) sum = sum + square((2.0 * k - 5) / (x[0] - 1.0 * k * k));
    return sum;
  };
  std::vector<Case> cases;
  cases.push_back({"poles", smooth(1, poles), 2, 3.0229153});
  cases.push_back({"poles", smooth(1, poles), 6, 6.6837536});
  cases.push_back({"x - log x", smooth(1, [](const auto& x) { return x[0] - log(x[0]); }), 0.001, 1});
  cases.push_back({"sqrt + 1/x", smooth(1, [](const auto& x) { return sqrt(x[0]) + 1.0 / x[0]; }), 10, std::cbrt(4.0)});
  cases.push_back({"cosine", smooth(1, [](const auto& x) { return cos(x[0]); }), 1, std::numbers::pi});
  cases.push_back({"from a maximum", smooth(1, [](const auto& x) { return square(square(x[0])) - square(x[0]); }), 0,
                   std::sqrt(0.5)});
  for (Case& c : cases) {
    const Result r = minimize(c.objective, std::vector<double>{c.start}, Brent{.step = 0.1});
    EXPECT_NEAR(std::abs(r.x[0]), c.x, 3e-7 * c.x) << c.name << ": " << r.message;
    EXPECT_TRUE(r.success) << c.name << ": " << r.message;
    EXPECT_LE(r.evaluations.value, 150u) << c.name;  // some 25 of them to check the supplied derivatives
  }
}

TEST(Brent, RefusesMoreThanOneVariable) {
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  try {
    static_cast<void>(minimize(f, std::vector<double>{1, 2}, Brent{}));
    FAIL() << "accepted two variables";
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "brent: varies at most 1 variable, but this loss has 2");
  }
}

TEST(PatternSearch, GoesAlongAValley) {
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const Result r = minimize(f, std::vector<double>{-1.2, 1}, PatternSearch{});
  EXPECT_LE(r.value, 1e-12) << r.message;
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_LE(r.evaluations.value, 20'000u);
}

TEST(ValuesAlone, TheUnitsOfXAndFDoNotMatter) {
  for (const char* text : {"nelder_mead", "pattern_search", "cma_es", "differential_evolution", "particle_swarm"}) {
    std::vector<double> plain;
    for (const int exponent : {0, 30, -30}) {
      Objective f = smooth(2, [exponent](const auto& x) {
        return std::ldexp(1.0, 3 * exponent) *
               (square(std::ldexp(1.0, exponent) * x[0] - 1.0) +
                square(std::ldexp(1.0, -exponent) * x[1] + x[0] * std::ldexp(1.0, exponent)));
      });
      const std::vector<double> x0{std::ldexp(3.0, -exponent), std::ldexp(2.0, exponent)};
      const Result r = minimize(f, x0, parse_method(text));
      EXPECT_TRUE(r.success) << text << ", " << exponent << ": " << r.message;
      const std::vector<double> x{std::ldexp(r.x[0], exponent), std::ldexp(r.x[1], -exponent)};
      if (exponent == 0) plain = x;
      EXPECT_EQ(x, plain) << text << ", " << exponent;
    }
  }
}

TEST(ValuesAlone, AStartWithAComponentAtItsMinimumIsJudgedRightly) {
  Objective f = smooth(2, [](const auto& x) { return square(x[0] - 1.0) + square(x[1]); });
  for (const char* text : {"nelder_mead", "pattern_search", "cma_es", "local_search", "simulated_annealing"}) {
    const Result r = minimize(f, std::vector<double>{4, 0}, parse_method(text));
    EXPECT_TRUE(r.success) << text << ": " << r.message << "; " << r.verdict.explanation;
  }
}

TEST(ValuesAlone, TheMaximumIsNoSuccess) {
  Objective f = smooth(1, [](const auto& x) { return -1.0 * square(x[0] - 1.0); });
  const Result r = minimize(f, std::vector<double>{1}, RandomSearch{.radius = 1e-300, .samples = 10});
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::maximum) << r.message;
  EXPECT_FALSE(r.success);
}

TEST(MultiStart, FindsTheLowestOfManyMinimaWithAnyLocalMethod) {
  Objective f = smooth(2, [](const auto& x) {
    return 20.0 + square(x[0]) + square(x[1]) - 10.0 * cos(2 * std::numbers::pi * x[0]) -
           10.0 * cos(2 * std::numbers::pi * x[1]);
  });
  for (const char* text : {"multi_start(starts=60, radius=6)", "multi_start(method=newton, starts=60, radius=6)",
                           "multi_start(method=pattern_search(step=0.1), starts=60, radius=6)"}) {
    const Result r = minimize(f, std::vector<double>{3, 4}, parse_method(text));
    EXPECT_NEAR(r.value, 0, 1e-12) << text << ": " << r.message;
    EXPECT_TRUE(r.success) << text << ": " << r.message;
    EXPECT_EQ(r.reason, Reason::search_exhausted) << text;
  }
}

TEST(MultiStart, KeepsWithinTheLimitsOfTheWholeRun) {
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const Result r = minimize(f, std::vector<double>{-1.2, 1}, MultiStart{.starts = 1000}, {.max_evaluations = 2000});
  EXPECT_LE(r.evaluations.value, 2100u) << r.message;
  EXPECT_LT(r.iterations, 100u);
  EXPECT_LE(r.value, 1e-12);
}

TEST(MultiStart, RefusesItselfAndWhatItsMethodRefuses) {
  EXPECT_THROW(static_cast<void>(parse_method("multi_start(method=multi_start)")), OptionError);
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  EXPECT_THROW(static_cast<void>(minimize(f, std::vector<double>{1, 2}, MultiStart{.method = Brent{}})), OptionError);
  Objective values = objective(1, {.value = [](std::span<const double> x) { return x[0] * x[0]; }});
  EXPECT_THROW(static_cast<void>(minimize(values, std::vector<double>{1}, MultiStart{.method = Newton{}})),
               OptionError);
}

TEST(Draws, NormalNumbersHaveTheMomentsOfTheNormalDistribution) {
  optimize::Draws draws(11);
  const int count = 200'000;
  double mean = 0, square_mean = 0, fourth_mean = 0;
  for (int k = 0; k < count; ++k) {
    const double z = draws.normal();
    mean += z / count;
    square_mean += z * z / count;
    fourth_mean += z * z * z * z / count;
  }
  EXPECT_NEAR(mean, 0, 0.01);
  EXPECT_NEAR(square_mean, 1, 0.02);
  EXPECT_NEAR(fourth_mean, 3, 0.1);
}

TEST(Draws, DependOnThePositionAlone) {
  optimize::Draws draws(11);
  std::vector<double> first;
  for (int k = 0; k < 10; ++k) first.push_back(draws.uniform());
  for (std::size_t k = 10; k-- > 0;) {
    draws.go_to(k);
    EXPECT_EQ(draws.uniform(), first[k]);
  }
  std::vector<int> counts(7, 0);
  for (int k = 0; k < 70'000; ++k) ++counts[draws.below(7)];
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 500);
}

}  // namespace
}  // namespace downhill
