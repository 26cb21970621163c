#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>
#include <functional>

#include "optimize/cases.hpp"

/// Nonlinear regressions of NIST's Statistical Reference Datasets (public domain), with certified parameters.
namespace downhill {
namespace {

using namespace downhill::testing;

struct Regression {
  std::string name;
  Objective objective;
  std::vector<std::vector<double>> starts;
  std::vector<double> certified;
  double residual_sum;
};

template <class F>
Objective regression(std::size_t n, const std::vector<double>& x, const std::vector<double>& y, F model) {
  return least_squares(n, x.size(), [=](const auto& b) {
    std::vector<std::decay_t<decltype(b[0])>> residuals;
    for (std::size_t i = 0; i < x.size(); ++i) residuals.push_back(model(b, x[i]) - y[i]);
    return residuals;
  });
}

std::vector<Regression> regressions() {
  std::vector<double> eleven{4, 2, 1, 0.5, 0.25, 0.167, 0.125, 0.1, 0.0833, 0.0714, 0.0625};
  return {
      {"DanWood",
       regression(2, {1.309, 1.471, 1.490, 1.565, 1.611, 1.680}, {2.138, 3.421, 3.597, 4.340, 4.882, 5.660},
                  [](const auto& b, double x) { return b[0] * exp(b[1] * std::log(x)); }),
       {{1, 5}, {0.7, 4}},
       {7.6886226176e-01, 3.8604055871},
       4.3173084083e-03},
      {"BoxBOD",
       regression(2, {1, 2, 3, 5, 7, 10}, {109, 149, 149, 191, 213, 224},
                  [](const auto& b, double x) { return b[0] * (1.0 - exp(-x * b[1])); }),
       {{1, 1}, {100, 0.75}},
       {213.80940889, 0.54723748542},
       1168.0088766},
      {"MGH09",
       regression(4, eleven, {0.1957, 0.1947, 0.1735, 0.1600, 0.0844, 0.0627, 0.0456, 0.0342, 0.0323, 0.0235, 0.0246},
                  [](const auto& b, double x) { return b[0] * (x * x + x * b[1]) / (x * x + x * b[2] + b[3]); }),
       {{25, 39, 41.5, 39}, {0.25, 0.39, 0.415, 0.39}},
       {0.19280693458, 0.19128232873, 0.12305650693, 0.13606233068},
       3.0750560385e-04},
  };
}

TEST(LevenbergMarquardt, ReachesTheCertifiedParametersFromBothStarts) {
  for (Regression& r : regressions()) {
    for (const auto& start : r.starts) {
      const Result result = minimize(r.objective, start, LevenbergMarquardt{});
      EXPECT_TRUE(result.success) << r.name << ": " << result.message;
      EXPECT_NEAR(result.value, r.residual_sum, 1e-9 * r.residual_sum) << r.name;
      for (std::size_t i = 0; i < start.size(); ++i) {
        EXPECT_NEAR(result.x[i], r.certified[i], 1e-8 * std::abs(r.certified[i])) << r.name << ", b" << i + 1;
      }
    }
  }
}

TEST(LeastSquares, ATrialCostsOneEvaluationOfTheResidualsAndAStepOneJacobian) {
  for (const char* text : {"dogleg", "levenberg_marquardt"}) {
    for (Regression& r : regressions()) {
      Objective f = r.objective;
      RunOptions run;
      run.callback = [&](const Progress& progress) {
        const EvaluationCounts& counts = progress.evaluations;
        const bool is_before_any_verdict = counts.hessian == 0 && counts.hessian_vector == 0;
        if (is_before_any_verdict) {
          EXPECT_EQ(counts.value + counts.gradient, 0u) << text << ", " << r.name;
          EXPECT_EQ(counts.jacobian, progress.iteration + 1) << text << ", " << r.name;
          EXPECT_GE(counts.residuals, 2 * progress.iteration + 1) << text << ", " << r.name;
        }
        return Continue::yes;
      };
      static_cast<void>(minimize(f, r.starts[1], parse_method(text), {.max_iterations = 3}, run));
    }
  }
}

TEST(LeastSquares, ALargeResidualIsApproachedFasterThanLinearly) {
  // Brown & Dennis: Gauss-Newton steps alone take hundreds of iterations.
  Objective f = least_squares(4, 20, [](const auto& b) {
    std::vector<std::decay_t<decltype(b[0])>> r;
    for (int i = 1; i <= 20; ++i) {
      const double t = i / 5.0;
      const auto first = b[0] + b[1] * t - std::exp(t), second = b[2] + b[3] * std::sin(t) - std::cos(t);
      r.push_back(first * first + second * second);
    }
    return r;
  });
  for (const char* text : {"dogleg", "levenberg_marquardt"}) {
    const Result r = minimize(f, std::vector<double>{25, 5, -5, -1}, parse_method(text));
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_NEAR(r.value, 85822.20162635, 1e-5) << text;
    EXPECT_LE(r.iterations, 40u) << text;
  }
}

TEST(LeastSquares, AMaximumOfEvaluationsCountsResiduals) {
  Objective f = regressions().back().objective;
  const Result r = minimize(f, std::vector<double>{25, 39, 41.5, 39}, Dogleg{}, {.max_evaluations = 20});
  EXPECT_EQ(r.reason, Reason::max_evaluations) << r.message;
  EXPECT_LE(r.iterations, 10u);
}

TEST(LevenbergMarquardt, RankDeficiencyDoesNotStopIt) {
  // b0 and b1 act only by their sum; b2 not at all.
  Objective f = least_squares(3, 3, [](const auto& b) {
    using T = std::decay_t<decltype(b[0])>;
    return std::vector<T>{b[0] + b[1] - 1.0, 2.0 * (b[0] + b[1]) - 2.5, b[0] + b[1] - 0.75 + 0.0 * b[2]};
  });
  const Result r = minimize(f, std::vector<double>{3, 5, 7}, LevenbergMarquardt{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::undecided);
  EXPECT_NEAR(r.x[0] + r.x[1], (1 + 2 * 2.5 + 0.75) / 6, 1e-12);
  EXPECT_EQ(r.x[2], 7) << "what nothing depends on is left alone";
}

TEST(ClosedForm, SolvesAQuadraticInOneStepAndProvesItGlobal) {
  Objective f = smooth(
      3, [](const auto& x) { return 1e6 * square(x[0] - x[1]) + square(x[1] - 2.0) + 1e-6 * square(x[2]) + x[2]; },
      true);
  const Result r = minimize(f, std::vector<double>{5, -3, 1}, ClosedForm{});
  EXPECT_EQ(r.iterations, 1u);
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_TRUE(r.verdict.global);
  EXPECT_NEAR(r.x[0], 2, 1e-9);
  EXPECT_NEAR(r.x[2], -5e5, 1e-3);
}

TEST(ClosedForm, AQuadraticWithoutAMinimumIsUnboundedOrASaddle) {
  Objective slope = smooth(2, [](const auto& x) { return square(x[0]) + x[1]; }, true);
  const Result falls = minimize(slope, std::vector<double>{1, 1}, ClosedForm{});
  EXPECT_EQ(falls.verdict.kind, Verdict::Kind::unbounded) << falls.message;
  EXPECT_FALSE(falls.success);
  Objective saddle = smooth(2, [](const auto& x) { return square(x[0]) - square(x[1]); }, true);
  const Result point = minimize(saddle, std::vector<double>{1, 1}, ClosedForm{});
  EXPECT_FALSE(point.success) << point.message;
  EXPECT_FALSE(point.verdict.global);
}

}  // namespace
}  // namespace downhill
