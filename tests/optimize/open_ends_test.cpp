#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <array>
#include <cmath>
#include <map>

#include "optimize/cases.hpp"

/// Points at which curvatures leave it open what they are: they are left where there is a way down, and no success where another method
/// ends elsewhere.
namespace downhill {
namespace {

using namespace downhill::testing;

// NIST's Lanczos data with so many decimals: a sum of three exponentials.
Objective three_exponentials(double decimals) {
  return least_squares(6, 24, [decimals](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> r;
    const double unit = std::pow(10.0, decimals);
    for (int i = 0; i < 24; ++i) {
      const double t = 0.05 * i;
      const double y = 0.0951 * std::exp(-t) + 0.8607 * std::exp(-3 * t) + 1.5576 * std::exp(-5 * t);
      r.push_back(x[0] * exp(-x[1] * t) + x[2] * exp(-x[3] * t) + x[4] * exp(-x[5] * t) - std::round(y * unit) / unit);
    }
    return r;
  });
}

// Two of the terms merge: f is level where they share their factor, but curves down beside the floor, where both factors have one sign.
TEST(OpenEnds, MergedExponentialsAreTakenApart) {
  for (const auto& [text, start] :
       std::vector<std::pair<const char*, std::vector<double>>>{{"newton", {0.5, 0.7, 3.6, 4.2, 4, 6.3}},
                                                                {"trust_region", {0.5, 0.7, 3.6, 4.2, 4, 6.3}},
                                                                {"nelder_mead", {1.2, 0.3, 5.6, 5.5, 6.5, 7.6}}}) {
    Objective f = three_exponentials(4);
    const Result r = minimize(f, start, parse_method(text));
    EXPECT_TRUE(r.success) << text << ": " << r.message;
    EXPECT_LT(r.value, 1e-7) << text << ": " << r.message;
  }
}

// What an estimate of rounding hides of the last Newton step.
TEST(OpenEnds, AnIllConditionedFitIsTakenToItsEnd) {
  for (const char* text : {"lbfgs", "bfgs"}) {
    Objective f = three_exponentials(13);
    Objective g = three_exponentials(13);
    const std::vector<double> start{0.5, 0.7, 3.6, 4.2, 4, 6.3};
    const double lowest = minimize(g, start, parse_method("dogleg")).value;
    const Result r = minimize(f, start, parse_method(text));
    EXPECT_NEAR(r.value / lowest, 1, 0.01) << text << ": " << r.message;
  }
}

// NIST's Rat42: long steps end where the sigmoid has no slope left.
TEST(OpenEnds, APlateauIsNoSuccessAndIsLeft) {
  const auto residuals = [](const auto& x) {
    constexpr std::array t{9.0, 14.0, 21.0, 28.0, 42.0, 57.0, 63.0, 70.0, 79.0};
    constexpr std::array y{8.93, 10.8, 18.59, 22.33, 39.35, 56.11, 61.73, 64.62, 67.08};
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (std::size_t i = 0; i < t.size(); ++i) r.push_back(x[0] / (1.0 + exp(x[1] - x[2] * t[i])) - y[i]);
    return r;
  };
  for (const char* text : {"adaptive_cubic", "newton_cg", "bfgs", "lbfgs", "newton", "trust_region", "nonlinear_cg"}) {
    Objective f = least_squares(3, 9, residuals);
    const Result r = minimize(f, std::vector<double>{100, 1, 0.1}, parse_method(text));
    EXPECT_NEAR(r.value, 8.0565229338, 1e-6) << text << ": " << r.message;
    EXPECT_TRUE(r.success) << text << ": " << r.message;
  }
}

// A power far too steep leaves a plateau at the other end: one step carries it past every place where it has an influence.
TEST(OpenEnds, WhatOneStepHasCarriedPastEveryInfluenceIsBroughtBack) {
  const auto residuals = [](const auto& x) {
    constexpr std::array y{3.0, 4.3, 6.4, 10.0, 15.8, 25.4};
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (std::size_t i = 0; i < y.size(); ++i) r.push_back(x[0] * exp(x[1] * static_cast<double>(i)) + x[2] - y[i]);
    return r;
  };
  for (const char* text : {"dogleg", "levenberg_marquardt", "lbfgs"}) {
    Objective f = least_squares(3, 6, residuals);
    const Result r = minimize(f, std::vector<double>{4.8991629605760396e-21, 10, 9.4e-43}, parse_method(text));
    EXPECT_TRUE(!r.success || r.value < 0.1) << text << ": " << r.message;
    EXPECT_LT(r.value, std::string_view(text) == "lbfgs" ? 419 : 287) << text << ": " << r.message;
  }
}

// NIST's MGH09: a step out of the first start leads into a valley along which steps that trust a model of second order are short.
TEST(OpenEnds, AMethodThatCreepsIsLedOnByAnother) {
  const auto residuals = [](const auto& x) {
    constexpr std::array t{4.0, 2.0, 1.0, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
    constexpr std::array y{0.1957, 0.1947, 0.1735, 0.16, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246};
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (std::size_t i = 0; i < t.size(); ++i) {
      r.push_back(x[0] * (t[i] * t[i] + x[1] * t[i]) / (t[i] * t[i] + x[2] * t[i] + x[3]) - y[i]);
    }
    return r;
  };
  Objective f = least_squares(4, 11, residuals);
  const Result r = minimize(f, std::vector<double>{25, 39, 41.5, 39}, parse_method("dogleg"));
  EXPECT_NEAR(r.value, 3.0750560385e-4, 1e-12) << r.message;
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_LT(r.iterations, 500u);
  EXPECT_NE(r.message.find("; led on by lbfgs"), std::string::npos) << r.message;
}

// Of terms in fewer combinations than variables, with many valleys of different depth.
TEST(OpenEnds, NoTwoMethodsSucceedInValleysOfDifferentDepth) {
  constexpr std::size_t n = 20;
  const auto loss = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < n; ++i) {
      const auto s = x[i] + x[(2 * i + 1) % n] + x[(3 * i + 2) % n];
      sum = sum + square(s) + 4.0 * cos(s);
    }
    return sum;
  };
  std::vector<double> start;
  for (std::size_t i = 0; i < n; ++i) start.push_back(static_cast<double>(i + 1));
  std::map<std::string, double> open;
  for (const char* text : {"bfgs", "lbfgs", "newton", "newton_cg", "trust_region"}) {
    Objective f = smooth(n, loss);
    const Result r = minimize(f, start, parse_method(text));
    if (r.success && r.verdict.kind == Verdict::Kind::undecided) open[text] = r.value;
  }
  for (const auto& [text, value] : open) {
    EXPECT_NEAR(value, open.begin()->second, 1e-6) << text << " and " << open.begin()->first;
  }
}

// f depends on fewer combinations of x than there are variables: no smaller gradient settles what curvature is along the others.
TEST(OpenEnds, WhereFIsLevelNoMethodGoesOnToSettleWhatCannotBe) {
  const auto loss = [](const auto& x) {
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < 6; ++i) {
      const auto s = x[i] - x[(i + 1) % 6];  // no constant changes it
      sum = sum + square(s - 0.1 * static_cast<double>(i)) + 0.3 * cos(s);
    }
    return sum;
  };
  for (const char* text : {"newton", "newton_cg", "lbfgs", "bfgs"}) {
    Objective f = smooth(6, loss);
    const Result r = minimize(f, std::vector<double>{1, -2, 3, 0.5, 2, -1}, parse_method(text));
    EXPECT_TRUE(r.success) << text << ": " << r.message;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::undecided) << text;
    EXPECT_LT(r.iterations, 40u) << text << ": " << r.message;
  }
}

// CUTEst's VAREIGVL: of order 3/2 in the variables that the matrix leaves, so that the next Newton step is never short.
TEST(OpenEnds, AMinimumOfOrderBelowTwoIsASuccess) {
  const auto loss = [](const auto& x) {
    const auto size = square(x[0]) + square(x[1]) + square(x[2]);
    auto sum = 0.0 * x[0];
    for (std::size_t i = 0; i < 3; ++i) {
      sum = sum + square((static_cast<double>(i) - x[3]) * x[i] + 0.25 * x[(i + 1) % 3]);
    }
    return 0.5 * sum + pow(size, 1.5) / 1.5;
  };
  for (const char* text : {"newton", "newton_cg", "trust_region", "lbfgs"}) {
    Objective f = smooth(4, loss);
    const Result r = minimize(f, std::vector<double>{1, 1, 1, 1}, parse_method(text));
    EXPECT_TRUE(r.success) << text << ": " << r.message << " " << r.verdict.explanation;
    EXPECT_LT(r.value, 1e-12) << text << ": " << r.message;
  }
}

// Where x is far below 0, (e^x - 1)² is level to the last digit, and as good as nothing against a start of e^60.
TEST(OpenEnds, APlateauBelowASteepStartIsLeft) {
  Objective f = least_squares(5, 4, [](const auto& x) {
    std::vector<std::decay_t<decltype(x[0])>> r;
    for (int i = 0; i < 3; ++i) r.push_back(exp(x[i]) - 1.0);
    r.push_back(x[3] * x[4] - 1.0);
    return r;
  });
  const Result r = minimize(f, std::vector<double>{30, 25, 10, 5, 2}, Bfgs{});
  EXPECT_TRUE(!r.success || r.value < 1e-20) << r.message << r.verdict.explanation;
}

}  // namespace
}  // namespace downhill
