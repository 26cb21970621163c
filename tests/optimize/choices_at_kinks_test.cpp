#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include "optimize/array_losses.hpp"

/// Kinks of losses that also choose among formulas by comparisons.
namespace downhill {
namespace {

using Numbers = std::vector<double>;
using Kind = Verdict::Kind;

TEST(PiecesAndChoices, AComparisonThatIsDecidedThereIsNoObstacleToAMinimumOnAKink) {
  struct Case {
    Function f;
    Numbers start;
    double minimum;
  };
  const std::vector<Case> cases{
      {[](const Array& x) {
         const Array u = at(x, 0), v = at(x, 1);
         return where(greater(u, -1.0), 0.15 * square(u + 1), u) + 0.3 * square(u - v) + abs(v - 0.885);
       },
       {-0.0165, -1.684},
       0.3553225},
      {[](const Array& x) {
         const Array u = at(x, 0), v = at(x, 1);
         return where(greater(u, 0.0), square(u), 2.0 * square(u)) + abs(u - v - 1) + square(v);
       },
       {2, -1},
       0.5},
      {[](const Array& x) {  // both comparisons, and one of what is within a kink
         const Array u = at(x, 0), v = at(x, 1);
         const Array inside = logical_and(less(abs(u), 3.0), greater(v, -5.0));
         return where(inside, square(u - 1), 0.0) + maximum(v - 2, 2 - v) + 1.0 * less(u, -7.0);
       },
       {0, 0},
       0},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    Objective f = loss(cases[k].f, 2);
    const Result r = minimize(f, cases[k].start);
    EXPECT_NEAR(r.value, cases[k].minimum, 1e-14) << k << ": " << r.message;
    EXPECT_TRUE(r.success) << k << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Kind::strict_minimum) << k << ": " << r.verdict.explanation;
    EXPECT_FALSE(r.verdict.global) << k;
  }
}

TEST(PiecesAndChoices, AComparisonThatTiesAtAKinkProvesNothing) {
  // f falls, or jumps down, across x[0] = 0.
  const std::vector<Function> cases{
      [](const Array& x) { return where(greater(at(x, 0), 0.0), -at(x, 0), square(at(x, 0))) + abs(at(x, 1) - 1); },
      [](const Array& x) { return where(greater(at(x, 0), 0.0), -1.0, square(at(x, 0))) + abs(at(x, 1) - 1); },
      [](const Array& x) { return square(at(x, 0)) - 1.0 * greater(at(x, 0), 0.0) + abs(at(x, 1) - 1); },
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    for (const double offset : {0.0, 1e-9}) {
      for (const char* method : {"piecewise_newton", "newton", "bfgs"}) {
        Objective f = loss([&](const Array& x) { return cases[k](x + Array{offset, 0}); }, 2);
        const Result r = minimize(f, Numbers{-offset, 3}, parse_method(method), {.max_iterations = 200});
        EXPECT_TRUE(!r.success || r.value < -0.5) << k << " " << method << ": " << r.message << r.verdict.explanation;
      }
    }
  }
}

TEST(PiecesAndChoices, ChoicesOfTheLargerSideAreKinks) {
  const Array design({1, 0, 1, 1, 1, 2, 1, 3, 1, 4}, {5, 2}), right = {1, 2, 4, 3, 7};
  const Array shares = {0.1, 0.5, 0.9, 0.5, 0.5};
  using Form = std::function<Array(const Array&)>;
  const std::vector<std::pair<Form, Form>> forms{
      {[](const Array& e) { return where(greater(e, 0.0), e, -e); }, [](const Array& e) { return abs(e); }},
      {[](const Array& e) { return where(less(e, 0.0), -e, e); }, [](const Array& e) { return abs(e); }},
      {[](const Array& e) { return where(greater_equal(e, 0.0), 0.3 * e, (0.3 - 1) * e); },
       [](const Array& e) { return maximum(0.3 * e, -0.7 * e); }},
      {[=](const Array& e) { return where(greater(e, 0.0), shares * e, (shares - 1.0) * e); },
       [=](const Array& e) { return maximum(shares * e, (shares - 1.0) * e); }},
      {[](const Array& e) { return where(greater(e, 0.0), e, 0.0) + where(less(e, 0.0), 0.0, 0.1 * e); },
       [](const Array& e) { return relu(e) + maximum(0.1 * e, 0.0); }},
      {[](const Array& e) { return where(greater(e, 1.0), 2 * e - 1, e); },
       [](const Array& e) { return maximum(2 * e - 1, e); }},
  };
  for (std::size_t k = 0; k < forms.size(); ++k) {
    const auto with = [&](const Form& form) {
      return loss([&](const Array& x) { return sum(form(right - matmul(design, x))) + 0.01 * sum(square(x)); }, 2);
    };
    Objective f = with(forms[k].first), same = with(forms[k].second);
    const Result r = minimize(f, Numbers{0, 0}), expected = minimize(same, Numbers{0, 0});
    EXPECT_NEAR(r.value, expected.value, 1e-12) << k << ": " << r.message;
    EXPECT_EQ(r.success, expected.success) << k << ": " << r.message << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, expected.verdict.kind) << k << ": " << r.verdict.explanation;
    EXPECT_EQ(f.capabilities().convexity, same.capabilities().convexity) << k;
  }
}

}  // namespace
}  // namespace downhill
