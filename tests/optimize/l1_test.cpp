#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>

/// Losses with terms w |x_i - c|.
namespace downhill {
namespace {

using Numbers = std::vector<double>;

const std::vector<const char*> methods{"owl_qn", "proximal_gradient", "proximal_gradient(acceleration=off)"};

// Numbers between -1 and 1 that look random.
Numbers scattered(std::size_t count, double seed) {
  Numbers result(count);
  for (std::size_t i = 0; i < count; ++i) {
    const double t = std::sin(12.9898 * static_cast<double>(i + 1) + 78.233 * seed) * 43758.5453;
    result[i] = 2 * (t - std::floor(t)) - 1;
  }
  return result;
}

double soft(double v, double w) { return std::copysign(std::max(0.0, std::abs(v) - w), v); }

Result run(const std::function<Array(const Array&)>& f, const Numbers& start, const char* method,
           const Stop& stop = {}) {
  Objective objective =
      traced_objective(as_array_function(f), Type{DType::f64, Shape{static_cast<std::int64_t>(start.size())}});
  return minimize(objective, start, parse_method(method), stop);
}

std::size_t zeros_in(const Numbers& x) { return static_cast<std::size_t>(std::ranges::count(x, 0.0)); }

// Σ (A x - b)² / 2 + w Σ |x_i|, A m*n.
struct Lasso {
  std::size_t m, n;
  double weight;
  Numbers a = scattered(m * n, 1), b = scattered(m, 2);

  [[nodiscard]] std::function<Array(const Array&)> loss() const {
    const Array design(a, Shape{static_cast<std::int64_t>(m), static_cast<std::int64_t>(n)}), right(b);
    return [=, w = weight](const Array& x) { return 0.5 * sum(square(matmul(design, x) - right)) + w * sum(abs(x)); };
  }
  // The largest violation of the conditions of a minimum, as a part of the weight.
  [[nodiscard]] double violation(const Numbers& x) const {
    double worst = 0;
    Numbers residual(b);
    for (std::size_t i = 0; i < m; ++i) {
      residual[i] = -residual[i];
      for (std::size_t j = 0; j < n; ++j) residual[i] += a[i * n + j] * x[j];
    }
    for (std::size_t j = 0; j < n; ++j) {
      double slope = 0;
      for (std::size_t i = 0; i < m; ++i) slope += a[i * n + j] * residual[i];
      const double wrong =
          x[j] == 0 ? std::max(0.0, std::abs(slope) - weight) : std::abs(slope + std::copysign(weight, x[j]));
      worst = std::max(worst, wrong / weight);
    }
    return worst;
  }
};

TEST(L1, AnOrthonormalDesignGivesTheSoftThreshold) {
  const std::size_t n = 8;
  Numbers v = scattered(n, 3), q(n * n), b = scattered(n, 4);
  double square_of_v = 0;
  for (const double entry : v) square_of_v += entry * entry;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) q[i * n + j] = (i == j ? 1 : 0) - 2 * v[i] * v[j] / square_of_v;
  }
  const Array design(q, Shape{8, 8}), right(b);
  const auto loss = [&](const Array& x) { return 0.5 * sum(square(matmul(design, x) - right)) + 0.25 * sum(abs(x)); };
  for (const char* method : methods) {
    const Result r = run(loss, Numbers(n, 1.0), method);
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << method << ": " << r.verdict.explanation;
    EXPECT_TRUE(r.verdict.global) << method;
    for (std::size_t j = 0; j < n; ++j) {
      double correlation = 0;
      for (std::size_t i = 0; i < n; ++i) correlation += q[i * n + j] * b[i];
      const double expected = soft(correlation, 0.25);
      EXPECT_NEAR(r.x[j], expected, 1e-8) << method;
      EXPECT_EQ(r.x[j] == 0, expected == 0) << method;
    }
  }
}

TEST(L1, LassoMinimaSatisfyTheirConditionsWithExactZeros) {
  for (const auto& [m, n, weight] : {std::tuple{30, 12, 0.5}, std::tuple{20, 60, 0.7}, std::tuple{40, 40, 0.01}}) {
    const Lasso lasso{static_cast<std::size_t>(m), static_cast<std::size_t>(n), weight};
    for (const char* method : {"owl_qn", "proximal_gradient"}) {
      for (const double start : {0.0, 1.0}) {
        const Result r = run(lasso.loss(), Numbers(lasso.n, start), method);
        EXPECT_TRUE(r.success) << method << ": " << r.message << ": " << r.verdict.explanation;
        EXPECT_LE(lasso.violation(r.x), 1e-6) << method << " " << m << " x " << n;
        EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << method << ": " << r.verdict.explanation;
        EXPECT_TRUE(r.verdict.global);
        const std::string count = std::to_string(zeros_in(r.x)) + " of " + std::to_string(n) + " variables ";
        EXPECT_NE(r.verdict.explanation.find(count), std::string::npos) << r.verdict.explanation;
        if (m == 20) {
          EXPECT_GT(zeros_in(r.x), 30u);
        }
      }
    }
  }
}

TEST(L1, ManyVariablesOfWhichFewAreLeftNeedNoHessianOfAll) {
  const std::int64_t n = 20000;
  const auto loss = [&](const Array& x) {
    return sum(square(x - 3.0 * sin(arange(n)))) + 5.99 * sum(abs(x)) + 0.01 * square(sum(x));
  };
  const Result r = run(loss, Numbers(static_cast<std::size_t>(n), 0.0), "owl_qn");
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << r.verdict.explanation;
  EXPECT_LT(zeros_in(r.x), 19990u);
  EXPECT_GT(zeros_in(r.x), 19000u);
  EXPECT_LE(r.evaluations.hessian_vector, 5000u);
}

TEST(L1, LogisticRegressionLeavesTheInterceptAlone) {
  const std::int64_t m = 60;
  const Array data(scattered(static_cast<std::size_t>(m) * 10, 5), Shape{m, 10});
  Numbers label(static_cast<std::size_t>(m));
  const Numbers draw = scattered(label.size(), 6), values = data.values();
  for (std::size_t i = 0; i < label.size(); ++i) {
    label[i] = 3 * values[i * 10] - 2 * values[i * 10 + 4] + 1 + 0.5 * draw[i] > 0 ? 1 : -1;
  }
  const Array sign(label);
  const auto loss = [&](const Array& w) {
    const Array rest = slice(w, {Range{1, 11, 1}});
    const Array margin = sign * (matmul(data, rest) + reshape(slice(w, {Range{0, 1, 1}}), Shape{}));
    return mean(softplus(-margin)) + 0.02 * sum(abs(rest));
  };
  const Objective objective = traced_objective(as_array_function(loss), Type{DType::f64, Shape{11}});
  EXPECT_EQ(objective.l1().size(), 10u);
  EXPECT_NE(objective.capabilities().convexity, Convexity::unknown);
  Numbers before;
  for (const char* method : {"owl_qn", "proximal_gradient"}) {
    const Result r = run(loss, Numbers(11, 0.0), method);
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_TRUE(r.verdict.global);
    EXPECT_NE(r.x[0], 0) << "the intercept has no penalty";
    EXPECT_GE(zeros_in(r.x), 4u);
    for (std::size_t i = 0; i < before.size(); ++i) EXPECT_NEAR(r.x[i], before[i], 1e-7) << method;
    before = r.x;
  }
}

TEST(L1, ALargeWeightLeavesNothing) {
  const Lasso lasso{20, 10, 1e3};
  for (const char* method : methods) {
    const Result r = run(lasso.loss(), Numbers(10, 2.0), method);
    EXPECT_EQ(r.x, Numbers(10, 0.0)) << method << ": " << r.message;
    EXPECT_TRUE(r.success) << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum);
    EXPECT_EQ(r.gradient_norm, 0);
  }
}

TEST(L1, CentresNeedNotBeZero) {
  const auto loss = [](const Array& x) {
    return sum(square(x - Array{1.0, 2.0, 0.3})) + sum(Array{4.0, 0.5, 0.1} * abs(x - 0.3));
  };
  for (const char* method : methods) {
    const Result r = run(loss, {5, -5, 5}, method);
    EXPECT_TRUE(r.success) << r.message;
    EXPECT_EQ(r.x[0], 0.3) << method;
    EXPECT_NEAR(r.x[1], 1.75, 1e-9);
    EXPECT_EQ(r.x[2], 0.3);
    EXPECT_NE(r.verdict.explanation.find("2 of 3 variables are exactly on a kink"), std::string::npos)
        << r.verdict.explanation;
  }
}

TEST(L1, TheSumOfDistancesIsLeastAtTheMedian) {
  const Array data{3, -1, 4, 1.5, 9, 2.6, 5};
  const auto loss = [&](const Array& x) { return sum(abs(x - data)); };
  for (const char* method : methods) {
    const Result r = run(loss, {100}, method);
    EXPECT_EQ(r.x[0], 3) << method << ": " << r.message;
    EXPECT_TRUE(r.success) << r.verdict.explanation;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum);
  }
  const auto quantile = [&](const Array& x) { return sum(maximum(0.75 * (data - x), 0.25 * (x - data))); };
  EXPECT_EQ(run(quantile, {0}, "owl_qn").x[0], 5) << "the upper quartile";
}

TEST(L1, NonconvexLossesEndAtMinimaToo) {
  const auto rosenbrock = [](const Array& x) {
    const Array a = slice(x, {Range{0, 1, 1}}), b = slice(x, {Range{1, 2, 1}});
    return sum(100.0 * square(b - square(a)) + square(1.0 - a)) + 0.5 * sum(abs(x));
  };
  for (const char* method : methods) {
    const Result r = run(rosenbrock, {-1.2, 1}, method);
    EXPECT_TRUE(r.success) << method << ": " << r.message;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << r.verdict.explanation;
    const double a = r.x[0], b = r.x[1];
    EXPECT_NEAR(-400 * a * (b - a * a) - 2 * (1 - a) + std::copysign(0.5, a), 0, 1e-5);
    EXPECT_NEAR(200 * (b - a * a) + std::copysign(0.5, b), 0, 1e-5);
    EXPECT_FALSE(r.verdict.global);
  }
  const auto wells = [](const Array& x) {
    return sum(0.25 * square(square(x)) - 0.5 * square(x)) + 0.1 * sum(abs(x - 0.5));
  };
  for (const char* method : methods) {
    const Result r = run(wells, {-0.75, 0.0, 2}, method);
    EXPECT_TRUE(r.success) << r.message;
    for (const double x : r.x) EXPECT_GT(3 * x * x - 1, 0) << method << " left the maximum between the wells";
  }
}

TEST(L1, MultiplyingTheLossByAPowerOfTwoChangesNoBitOfX) {
  const Lasso lasso{20, 10, 0.5};
  for (const char* method : methods) {
    const Numbers x = run(lasso.loss(), Numbers(10, 1.0), method).x;
    for (const double factor : {0x1p40, 0x1p-40}) {
      const auto scaled = [&](const Array& y) { return factor * lasso.loss()(y); };
      const Result r = run(scaled, Numbers(10, 1.0), method);
      EXPECT_EQ(std::memcmp(r.x.data(), x.data(), x.size() * sizeof(double)), 0) << method;
      EXPECT_TRUE(r.success);
    }
  }
}

TEST(L1, OtherMethodsAreJudgedByTheShortestSubgradientToo) {
  const auto loss = [](const Array& x) {
    return sum(square(x - Array{1.0, 0.2, -3.0})) + sum(abs(x)) + 0.1 * square(sum(x));
  };
  for (const char* method : {"bfgs", "lbfgs", "nelder_mead", "pattern_search"}) {
    const Result r = run(loss, {2, 2, 2}, method);
    EXPECT_TRUE(r.success) << method << ": " << r.message << ": " << r.verdict.explanation;
    EXPECT_EQ(r.x[1], 0) << method;
  }
}

struct Ending {
  const char* name;
  std::function<Array(const Array&)> loss;
  Numbers start;
  Verdict::Kind kind;
  bool success;
};

TEST(L1, VerdictsSayWhatHoldsAVariableOnItsKink) {
  const auto at = [](const Array& x, std::int64_t i) { return reshape(slice(x, {Range{i, i + 1, 1}}), Shape{}); };
  const std::vector<Ending> endings{
      {"a kink that is only just strong enough, where f curves up",
       [](const Array& x) { return sum(0.5 * square(x - 1.0) + abs(x)); },
       {2},
       Verdict::Kind::strict_minimum,
       true},
      {"flat to one side", [](const Array& x) { return sum(abs(x) - x); }, {-1}, Verdict::Kind::undecided, true},
      {"a kink over a hill",
       [](const Array& x) { return sum(abs(x) - square(x)); },
       {0.25},
       Verdict::Kind::strict_minimum,
       true},
      {"a kink that is too weak",
       [](const Array& x) { return sum(0.5 * abs(x) - x); },
       {-1},
       Verdict::Kind::unbounded,
       false},
      {"a saddle off the kinks",
       [&](const Array& x) { return square(square(at(x, 0))) - square(at(x, 0)) + abs(at(x, 1)); },
       {0, 1},
       Verdict::Kind::strict_minimum,
       true},
  };
  for (const Ending& ending : endings) {
    for (const char* method : {"owl_qn", "proximal_gradient"}) {
      const Result r = run(ending.loss, ending.start, method);
      EXPECT_EQ(name(r.verdict.kind), name(ending.kind)) << method << ", " << ending.name << ": " << r.message;
      EXPECT_EQ(r.success, ending.success) << method << ", " << ending.name << ": " << r.verdict.explanation;
    }
  }
}

TEST(L1, MethodsThatKnowNothingOfKinksAreLedOnFromOneThatIsNoMinimum) {
  const auto path = [](const Array& x, const Array& y) {
    return sum(abs(x - y)) + 0.3 * sum(square(slice(x, {{1, 5}}) - slice(x, {{0, 4}})));
  };
  const std::vector<std::pair<Array, double>> cases{{Array{2.4, 1.99, 3.81, 4.26, 5.92}, 1.8839783333333333},
                                                    {Array{1.98, 1.94, 1.95, 2.4, 1.93}, 0.12753}};
  for (const auto& [y, minimum] : cases) {
    for (const char* method : {"newton", "trust_region", "bfgs"}) {
      const Result r = run([&](const Array& x) { return path(x, y); }, Numbers(5, 0.0), method);
      EXPECT_TRUE(r.success) << method << ": " << r.message << r.verdict.explanation;
      EXPECT_NEAR(r.value, minimum, 1e-12) << method;
    }
  }
}

TEST(L1, ARunThatIsCutShortIsNoSuccess) {
  const Lasso lasso{20, 60, 0.7};
  for (const char* method : methods) {
    const Result r = run(lasso.loss(), Numbers(60, 1.0), method, {.max_iterations = 3});
    EXPECT_FALSE(r.success) << method;
    EXPECT_EQ(r.verdict.kind, Verdict::Kind::not_stationary) << r.verdict.explanation;
  }
}

TEST(L1, OtherKinksAreRefused) {
  const auto fused = [](const Array& x) {
    return sum(square(x)) + sum(abs(slice(x, {Range{1, 3, 1}}) - slice(x, {Range{0, 2, 1}})));
  };
  for (const char* method : methods) {
    try {
      (void)run(fused, {1, 2, 3}, method);
      FAIL() << method;
    } catch (const OptionError& error) {
      EXPECT_NE(std::string(error.what()).find("needs a loss that is smooth but for terms w*abs(x[i] - c)"),
                std::string::npos)
          << error.what();
    }
  }
}

TEST(L1, CallbacksTakeTheTermsBesideASmoothFunction) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * (x[0] - 3);
    g[1] = 2 * (x[1] - 0.25);
    return (x[0] - 3) * (x[0] - 3) + (x[1] - 0.25) * (x[1] - 0.25);
  };
  callbacks.l1 = {{0, 1, 0}, {1, 1, 0}};
  Objective f = objective(2, callbacks);
  EXPECT_EQ(f.value(Numbers{1, -1}), 4 + 1.5625 + 2);
  EXPECT_EQ(choose_method(f).method.name(), "owl_qn");
  const Result r = minimize(f, Numbers{5, 5});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_NEAR(r.x[0], 2.5, 1e-9);
  EXPECT_EQ(r.x[1], 0);
  callbacks.l1 = {{2, 1, 0}};
  EXPECT_THROW((void)objective(2, callbacks), OptionError);
  callbacks.l1 = {{0, -1, 0}};
  EXPECT_THROW((void)objective(2, callbacks), OptionError);
}

}  // namespace
}  // namespace downhill
