#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/line_searches/hager_zhang.hpp>
#include <downhill/line_searches/more_thuente.hpp>
#include <downhill/line_searches/strong_wolfe.hpp>
#include <downhill/minimize.hpp>

#include <cmath>
#include <numbers>

#include "optimize/cases.hpp"
#include "optimize/line_search/line_search_model.hpp"

/// The searches that end at the Wolfe conditions, along lines whose shape is known.
namespace downhill {
namespace {

using namespace downhill::testing;
using optimize::Point;
using optimize::Ray;
using optimize::Trial;

struct Line {
  std::string name;
  Objective phi;
  double sufficient_decrease;
  double curvature;
};

// The six functions of Moré & Thuente, ACM Trans. Math. Software 20 (1994) 286-307, section 5, with the constants of their tables.
std::vector<Line> more_thuente_lines() {
  const auto yanai = [](double beta1, double beta2) {
    return smooth(1, [=](const auto& x) {
      const double gamma1 = std::sqrt(1 + beta1 * beta1) - beta1, gamma2 = std::sqrt(1 + beta2 * beta2) - beta2;
      return gamma1 * sqrt(square(1.0 - x[0]) + beta2 * beta2) + gamma2 * sqrt(square(x[0]) + beta1 * beta1);
    });
  };
  Callbacks wavy;  // |1 - t| with a rounded corner and a ripple
  wavy.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    const double beta = 0.01, waves = 39, t = x[0];
    const double corner = t <= 1 - beta ? 1 - t : t >= 1 + beta ? t - 1 : (t - 1) * (t - 1) / (2 * beta) + beta / 2;
    const double slope = t <= 1 - beta ? -1 : t >= 1 + beta ? 1 : (t - 1) / beta;
    const double angle = waves * std::numbers::pi / 2 * t;
    g[0] = slope + (1 - beta) * std::cos(angle);
    return corner + 2 * (1 - beta) / (waves * std::numbers::pi) * std::sin(angle);
  };
  return {{"1", smooth(1, [](const auto& x) { return -1.0 * x[0] / (square(x[0]) + 2.0); }), 1e-3, 0.1},
          {"2",
           smooth(1,
                  [](const auto& x) {
                    const auto t = x[0] + 0.004;
                    return square(square(t)) * t - 2.0 * square(square(t));
                  }),
           0.1, 0.1},
          {"3", objective(1, wavy), 0.1, 0.1},
          {"4", yanai(1e-3, 1e-3), 1e-3, 1e-3},
          {"5", yanai(1e-2, 1e-3), 1e-3, 1e-3},
          {"6", yanai(1e-3, 1e-2), 1e-3, 1e-3}};
}

struct Found {
  std::optional<Trial> trial;
  double value = 0;  // at the start, and the slope there
  double slope = 0;
  std::uint64_t evaluations = 0;
};

// One search from x along +1.
Found search_from(double x, Objective phi, const LineSearch& search, double first) {
  Point start{{x}, 0, {0}};
  start.value = phi.value_and_gradient(start.x, start.gradient);
  Found found;
  found.value = start.value;
  found.slope = start.gradient[0];
  const Stop stop;
  optimize::Walk walk(phi, start, stop, {}, 0);
  const std::vector<double> direction{1};
  found.trial = search.model().find(walk, Ray{direction, found.slope}, first);
  found.evaluations = walk.evaluations() / 2;
  return found;
}

std::vector<LineSearch> wolfe_searches(double sufficient_decrease, double curvature) {
  return {StrongWolfe{sufficient_decrease, curvature}, MoreThuente{sufficient_decrease, curvature},
          HagerZhang{sufficient_decrease, curvature}};
}

TEST(Wolfe, TheConditionsHoldAtTheStepAccepted) {
  for (const Line& line : more_thuente_lines()) {
    for (const LineSearch& search : wolfe_searches(line.sufficient_decrease, line.curvature)) {
      for (const double first : {1e-3, 0.1, 10.0, 1000.0}) {
        const std::string what =
            search.text(options::Detail::changed) + ", function " + line.name + " from " + std::to_string(first);
        const Found found = search_from(0, line.phi, search, first);
        ASSERT_TRUE(found.trial) << what;
        const double slope = found.trial->point.gradient[0];
        EXPECT_GT(found.trial->step, 0) << what;
        EXPECT_EQ(found.trial->point.x[0], found.trial->step) << what;
        EXPECT_LE(found.trial->point.value, found.value + line.sufficient_decrease * found.trial->step * found.slope)
            << what;
        EXPECT_GE(slope, line.curvature * found.slope) << what;
        const bool is_strong = search.text(options::Detail::changed).find("hager_zhang") == std::string::npos;
        if (is_strong) {
          EXPECT_LE(slope, -line.curvature * found.slope) << what;
        }
        EXPECT_LE(found.evaluations, 20u) << what;
      }
    }
  }
}

TEST(Wolfe, AGoodFirstStepCostsOneEvaluation) {
  const Objective f = smooth(1, [](const auto& x) { return square(x[0] - 1.0); });
  for (const LineSearch& search : wolfe_searches(1e-4, 0.9)) {
    EXPECT_EQ(search_from(0, f, search, 0.9).evaluations, 1u) << search.text(options::Detail::changed);
  }
}

TEST(Wolfe, TheSlopeDecidesWhereValuesAreLostInRounding) {
  const Objective f = smooth(1, [](const auto& x) { return 1e8 + square(x[0]); });
  for (const LineSearch& search : wolfe_searches(1e-4, 0.1)) {
    for (const double first : {1e-6, 1e-5, 1e-4}) {
      const Found found =
          search_from(-1e-5, f, search, first);  // the whole fall is 1e-10, a unit in the last place of f is 1.5e-8
      ASSERT_TRUE(found.trial) << search.text(options::Detail::changed);
      const bool is_strong = search.text(options::Detail::changed).find("hager_zhang") == std::string::npos;
      EXPECT_GE(found.trial->point.x[0], -0.11e-5) << search.text(options::Detail::changed);
      EXPECT_LE(found.trial->point.x[0], is_strong ? 0.11e-5 : 1e-5) << search.text(options::Detail::changed);
    }
  }
}

TEST(Wolfe, ValuesThatAreNotFiniteShortenTheStep) {
  const Objective f = smooth(1, [](const auto& x) { return -1.0 * x[0] - log(1.0 - x[0]) * 0.01; });
  for (const LineSearch& search : wolfe_searches(1e-4, 0.5)) {
    for (const double first : {0.1, 1.0, 1e6}) {
      const Found found = search_from(0, f, search, first);
      ASSERT_TRUE(found.trial) << search.text(options::Detail::changed);
      EXPECT_LT(found.trial->point.x[0], 1) << search.text(options::Detail::changed);
      EXPECT_GE(found.trial->point.gradient[0], 0.5 * found.slope) << search.text(options::Detail::changed);
    }
  }
}

TEST(Wolfe, ALineThatFallsForEverEndsAtALowerPoint) {
  const Objective f = smooth(1, [](const auto& x) { return -1.0 * x[0]; });
  for (const LineSearch& search : wolfe_searches(1e-4, 0.9)) {
    const Found found = search_from(0, f, search, 1);
    ASSERT_TRUE(found.trial) << search.text(options::Detail::changed);
    EXPECT_GT(found.trial->step, 1e6) << search.text(options::Detail::changed);
    EXPECT_LE(found.evaluations, 80u) << search.text(options::Detail::changed);
  }
}

TEST(Wolfe, ADecreaseAboveTheCurvatureIsRefused) {
  try {
    static_cast<void>(LineSearch::registry().parse("strong_wolfe(sufficient_decrease=0.3, curvature=0.2)"));
    FAIL() << "no step need satisfy both";
  } catch (const OptionError& error) {
    EXPECT_STREQ(error.what(), "strong_wolfe: sufficient_decrease = 0.3 is above curvature = 0.2");
  }
}

}  // namespace
}  // namespace downhill
