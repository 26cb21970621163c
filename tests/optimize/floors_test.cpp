#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/operations.hpp>

#include <cmath>

/// Ends on floors, at their edges, and where numbers end.
namespace downhill {
namespace {

using Kind = Verdict::Kind;

struct Case {
  Array (*loss)(const Array& x);
  std::vector<double> start;
};

TEST(Floors, OneThatIsReachedIsUndecidedNotUnattained) {
  const std::vector<Case> cases = {
      {[](const Array& x) { return sum(relu(x)); }, {3}},
      {[](const Array& x) { return sum(square(relu(x))); }, {1}},
      {[](const Array& x) { return sum(square(square(relu(x + 1e3)))); }, {1}},
      {[](const Array& x) { return sum(1e8 + 1e-3 * square(relu(1e-5 - x))); }, {-2}},
      {[](const Array& x) { return relu(1 - index(x, 0) - index(x, 1)) + relu(1 + 2 * index(x, 0) - index(x, 1)); },
       {0, 0}},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    for (const Method& method : {Method(Newton{}), Method(Bfgs{}), Method(Lbfgs{}), Method(TrustRegion{})}) {
      const Result r = minimize(cases[k].loss, Array(cases[k].start), method);
      EXPECT_EQ(r.verdict.kind, Kind::undecided) << k << ' ' << r.message << r.verdict.explanation;
      EXPECT_TRUE(r.success) << k << ' ' << r.message;
    }
  }
}

TEST(Floors, OneThatOnlyRoundingMakesIsUnattained) {
  const std::vector<Case> cases = {
      {[](const Array& x) { return sum(exp(-x)); }, {0}},
      {[](const Array& x) { return sum(log(1 + exp(-x))); }, {-30}},
      {[](const Array& x) { return 1e8 + sum(softplus(-x)); }, {-1000}},
      {[](const Array& x) { return sum(-tanh(x)); }, {0.5}},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    for (const Method& method : {Method(Newton{}), Method(Bfgs{}), Method(Lbfgs{})}) {
      const Result r = minimize(cases[k].loss, Array(cases[k].start), method);
      EXPECT_EQ(r.verdict.kind, Kind::unattained) << k << ' ' << r.message << r.verdict.explanation;
      EXPECT_FALSE(r.success) << k << ' ' << r.message;
    }
  }
}

TEST(Floors, WhatRunsToTheEndOfNumbersByValuesAloneIsNoEnd) {
  const auto logarithm = [](const Array& x) { return sum(-log(x)); };
  EXPECT_EQ(minimize(logarithm, Array({1.0}), MultiStart{}).verdict.kind, Kind::unbounded);
  const auto staircase = [](const Array& x) { return sum(x - sin(x)); };
  EXPECT_EQ(minimize(staircase, Array({1.0}), MultiStart{}).verdict.kind, Kind::unbounded);
  const auto ripple = [](const Array& x) {
    return sum(x / (1 + square(x)));
  };  // 0 at infinity, and where its square is
  for (const Method& method : {Method(NelderMead{}), Method(Brent{})}) {
    const Result r = minimize(ripple, Array({5.0}), method);
    EXPECT_EQ(r.verdict.kind, Kind::unattained) << r.message << r.verdict.explanation;
    EXPECT_FALSE(r.success);
  }
}

TEST(Floors, ASteepKinkIsNoMaximumForValuesAlone) {
  const auto cusp = [](const Array& x) { return sum(sqrt(abs(x))); };
  for (const Method& method : {Method(NelderMead{}), Method(Brent{}), Method(CmaEs{})}) {
    const Result r = minimize(cusp, Array({1.0}), method);
    EXPECT_EQ(r.verdict.kind, Kind::not_stationary) << r.message << r.verdict.explanation;
    EXPECT_FALSE(r.success);
  }
}

TEST(Floors, AValleyWithoutEndIsNoSuccessWhenIterationsAreUsedUp) {
  const auto valley = [](const Array& v) {
    const Array x = index(v, 0), y = index(v, 1);
    return square(x * y - 1) + square(x);
  };
  const Result r = minimize(valley, Array({1.0, 1.0}), NelderMead{});
  EXPECT_FALSE(r.success) << r.message << r.verdict.explanation;
}

TEST(Floors, AnInfiniteVariableIsNoPlace) {
  for (const Method& method : {Method(NelderMead{}), Method(PatternSearch{}), Method(LocalSearch{}), Method(Brent{}),
                               Method(Newton{}), Method(MultiStart{})}) {
    const Result r = minimize([](const Array& x) { return sum(1 / x); }, Array({1.0}), method);
    EXPECT_TRUE(std::isfinite(r.x[0])) << r.message;
    EXPECT_FALSE(r.success) << r.message << r.verdict.explanation;
  }
}

TEST(Floors, ZeroIsTheLowestValueOfWhatIsNeverNegative) {
  const std::vector<Case> cases = {
      {[](const Array& x) { return abs(index(x, 0) * index(x, 1)); }, {1.3, 0.7}},
      {[](const Array& x) { return abs(index(x, 0) - 2 * square(index(x, 1))) * sum(square(x)); }, {1, 2}},
  };
  for (std::size_t k = 0; k < cases.size(); ++k) {
    const Result r = minimize(cases[k].loss, Array(cases[k].start));
    EXPECT_TRUE(r.success) << k << ' ' << r.message << r.verdict.explanation;
    EXPECT_TRUE(r.verdict.global) << k << ' ' << r.verdict.explanation;
    EXPECT_EQ(r.value, 0) << k;
    EXPECT_EQ(r.verdict.explanation.find("not zero"), std::string::npos) << r.verdict.explanation;
  }
}

TEST(Floors, AProductOfSquaresIsFollowedToItsFloor) {
  const auto product = [](const Array& x) { return square(index(x, 0)) * square(index(x, 1)); };
  const Result r = minimize(product, Array({1.0, 2.0}));
  EXPECT_TRUE(r.success) << r.message << r.verdict.explanation;
  EXPECT_LT(r.value, 1e-30);
}

TEST(Floors, AQuadraticLossIsNeverUnattained) {
  const auto far = [](const Array& x) { return sum(square(x - 1e150)); };
  EXPECT_EQ(minimize(far, Array({3.0}), parse_method("adam")).verdict.kind, Kind::not_stationary);
}

TEST(Floors, DegenerateMinimaFarBelowASteepStartAreSuccesses) {
  const auto powell = [](const Array& x) {
    const Array a = index(x, 0), b = index(x, 1), c = index(x, 2), d = index(x, 3);
    return square(a + 10 * b) + 5 * square(c - d) + square(square(b - 2 * c)) + 10 * square(square(a - d));
  };
  for (const double scale : {1.0, 10.0, 1000.0}) {
    for (const char* method : {"newton", "bfgs", "lbfgs", "nonlinear_cg", "newton_cg", "dogleg"}) {
      const Result r = minimize(powell, scale * Array({3, -1, 0, 1}), parse_method(method));
      EXPECT_TRUE(r.success) << scale << ' ' << method << ": " << r.message << r.verdict.explanation;
    }
  }
}

TEST(Floors, ALowerEndOfAnotherMethodIsNotHeldAgainstItself) {
  const auto nondia = [](const Array& x) {
    return square(index(x, 0) - 1) + 100 * sum(square(index(x, 0) - square(slice(x, {{0, 4}}))));
  };
  for (const char* method : {"lbfgs", "newton", "dogleg"}) {
    const Result r = minimize(nondia, Array({-10, -10, -10, -10, -10}), parse_method(method));
    EXPECT_TRUE(r.success) << method << ": " << r.message << r.verdict.explanation;
    EXPECT_LT(r.value, 1e-20) << method;
  }
}

}  // namespace
}  // namespace downhill
