#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include "optimize/cases.hpp"
#include "options/fields.hpp"
#include "options/registry.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

Result one_step(const Objective& f, std::vector<double> x0, const LineSearch& search) {
  Objective copy = f;
  return minimize(copy, x0, GradientDescent{search}, {.max_iterations = 1}, {.record = Record::points});
}

TEST(LineSearch, FixedTakesExactlyTheLearningRate) {
  const Result r = one_step(smooth(1, [](const auto& x) { return square(x[0]); }), {3}, Fixed{0.1});
  EXPECT_EQ(r.trace[1].x[0], 3 - 0.1 * 6.0);
}

TEST(LineSearch, FixedIsShortenedByValuesThatAreNotFinite) {
  const Result r = one_step(smooth(1, [](const auto& x) { return x[0] - log(x[0]); }), {3}, Fixed{100});
  EXPECT_GT(r.trace[1].x[0], 0);
  EXPECT_LT(r.trace[1].x[0], 3);
}

TEST(LineSearch, ExactEndsWhereTheNewGradientIsOrthogonalToTheDirection) {
  for (const double orthogonality : {1e-3, 1e-6, 1e-10}) {
    const Objective f = smooth(2, [](const auto& x) { return rosenbrock(x) + exp(0.1 * x[1]); });
    const Result r = one_step(f, {-1.2, 1}, Exact{orthogonality});
    Objective copy = f;
    std::vector<double> before(2), after(2);
    static_cast<void>(copy.value_and_gradient(r.trace[0].x, before));
    static_cast<void>(copy.value_and_gradient(r.trace[1].x, after));
    const double slope = before[0] * before[0] + before[1] * before[1];
    EXPECT_LE(std::abs(before[0] * after[0] + before[1] * after[1]), orthogonality * slope);
    EXPECT_LT(r.trace[1].value, r.trace[0].value);
  }
}

TEST(LineSearch, CandidatesTakesTheBestStepOfOneBatch) {
  const Objective f = smooth(1, [](const auto& x) { return square(x[0]); });
  const Result r = one_step(f, {1}, Candidates{{2, 0.4, 0.1}});
  EXPECT_NEAR(r.trace[1].x[0], 0.2, 1e-15);
}

TEST(LineSearch, CandidatesShrinksItsStepsWhenNoneIsLower) {
  const Objective f = smooth(1, [](const auto& x) { return square(x[0]); });
  const Result r = one_step(f, {1}, Candidates{{100}, 1e-3});
  EXPECT_NEAR(r.trace[1].x[0], 0.8, 1e-15);
}

TEST(LineSearch, ArmijoAcceptsOnlyASufficientFall) {
  const Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const double c = 0.3;
  Objective copy = f;
  const Result r = minimize(copy, std::vector<double>{-1.2, 1}, GradientDescent{Armijo{c, 0.5}}, {.max_iterations = 50},
                            {.record = Record::points});
  std::vector<double> g(2);
  for (std::size_t k = 0; k + 1 < r.trace.size(); ++k) {
    static_cast<void>(copy.value_and_gradient(r.trace[k].x, g));
    const double decrease =
        g[0] * (r.trace[k].x[0] - r.trace[k + 1].x[0]) + g[1] * (r.trace[k].x[1] - r.trace[k + 1].x[1]);
    EXPECT_LE(r.trace[k + 1].value, r.trace[k].value - 0.999 * c * decrease);
  }
}

TEST(LineSearch, ComesBackFromFarTooLongAFirstStep) {
  const Objective f = smooth(2, [](const auto& x) { return square(square(x[0] - 1e8)) + square(x[1] + 1e8); });
  for (const char* search : {"hager_zhang", "strong_wolfe", "more_thuente", "armijo", "exact"}) {
    const Result r = one_step(f, {1e8 + 3, 1 - 1e8}, LineSearch::registry().parse(search));
    EXPECT_LT(r.value, 82) << search;
  }
}

TEST(LineSearch, ReadsBackFromItsTextForm) {
  for (const char* text :
       {"fixed(learning_rate=0.5)", "exact", "armijo(contraction=0.25)", "candidates(steps=[1, 0.5])",
        "strong_wolfe(curvature=0.1)", "more_thuente(sufficient_decrease=0.01)", "hager_zhang(expansion=2)"}) {
    EXPECT_EQ(LineSearch::registry().parse(text).text(options::Detail::changed), text);
  }
}

}  // namespace
}  // namespace downhill
