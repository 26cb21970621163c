#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "optimize/rules.hpp"

/// Five steps of every rule beside loops over doubles, written from the equations of the papers.
namespace downhill {
namespace {

using namespace downhill::testing;

constexpr int steps = 5;
constexpr std::size_t n = 6;
using Numbers = std::array<double, n>;

// The gradient of Σ a_i (x_i - b_i)² / 2, entry i.
constexpr Numbers a{1, 2, 0.5, 4, 0.1, 1.5};
constexpr Numbers b{1, -1, 0.5, 0, 3, -2};
constexpr Numbers x0{0.3, 1.2, -0.7, 2.5, -1.1, 0.4};
double slope(std::size_t i, double x) { return a[i] * (x - b[i]); }

// Rules that treat every entry alone: one entry, its index, all five steps.
using Entry = std::function<double(std::size_t i, double x)>;

const std::map<std::string, Entry>& golden() {
  static const std::map<std::string, Entry> entries{
      {"sgd(learning_rate=0.1)",
       [](std::size_t i, double x) {
         for (int t = 1; t <= steps; ++t) x -= 0.1 * slope(i, x);
         return x;
       }},
      {"sgd(learning_rate=0.1, momentum=0.8, nesterov=yes)",
       [](std::size_t i, double x) {
         double m = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           m = 0.8 * m + g;
           x -= 0.1 * (g + 0.8 * m);
         }
         return x;
       }},
      {"momentum(learning_rate=0.1, momentum=0.8)",
       [](std::size_t i, double x) {  // x_{t+1} = x_t - α g + β (x_t - x_{t-1}), Polyak (9)
         double before = x;
         for (int t = 1; t <= steps; ++t) {
           const double next = x - 0.1 * slope(i, x) + 0.8 * (x - before);
           before = x;
           x = next;
         }
         return x;
       }},
      {"nesterov(learning_rate=0.1, momentum=0.8)",
       [](std::size_t i, double y) {
         double x = y;
         for (int t = 1; t <= steps; ++t) {
           const double next = y - 0.1 * slope(i, y);
           y = next + 0.8 * (next - x);
           x = next;
         }
         return y;
       }},
      {"nesterov(learning_rate=0.1, momentum=none)",
       [](std::size_t i, double y) {
         double x = y;
         for (int t = 1; t <= steps; ++t) {
           const double next = y - 0.1 * slope(i, y);
           y = next + (t - 1.0) / (t + 2.0) * (next - x);
           x = next;
         }
         return y;
       }},
      {"adagrad(learning_rate=0.1)",
       [](std::size_t i, double x) {
         double sum = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           sum += g * g;
           x -= 0.1 * g / (std::sqrt(sum) + 1e-10);
         }
         return x;
       }},
      {"rmsprop(learning_rate=0.1)",
       [](std::size_t i, double x) {
         double mean = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           mean = 0.9 * mean + 0.1 * g * g;
           x -= 0.1 * g / (std::sqrt(mean) + 1e-8);
         }
         return x;
       }},
      {"adadelta",
       [](std::size_t i, double x) {
         double mean_g = 0;
         double mean_d = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           mean_g = 0.95 * mean_g + 0.05 * g * g;
           const double d = -std::sqrt(mean_d + 1e-6) / std::sqrt(mean_g + 1e-6) * g;
           mean_d = 0.95 * mean_d + 0.05 * d * d;
           x += d;
         }
         return x;
       }},
      {"adam(learning_rate=0.1)",
       [](std::size_t i, double x) {
         double m = 0;
         double v = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           m = 0.9 * m + 0.1 * g;
           v = 0.999 * v + 0.001 * g * g;
           x -= 0.1 * (m / (1 - std::pow(0.9, t))) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
         }
         return x;
       }},
      {"adamw(learning_rate=0.1)",
       [](std::size_t i, double x) {
         double m = 0;
         double v = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           m = 0.9 * m + 0.1 * g;
           v = 0.999 * v + 0.001 * g * g;
           const double step = m / (1 - std::pow(0.9, t)) / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
           x -= 0.1 * (step + 0.01 * x);
         }
         return x;
       }},
      {"amsgrad(learning_rate=0.1, beta2=0.5)",
       [](std::size_t i, double x) {
         double m = 0;
         double v = 0;
         double w = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           m = 0.9 * m + 0.1 * g;
           v = 0.5 * v + 0.5 * g * g;
           w = std::max(w, v);
           x -= 0.1 * m / (std::sqrt(w) + 1e-8);
         }
         return x;
       }},
      {"nadam(learning_rate=0.1, momentum_decay=0.1)",
       [](std::size_t i, double x) {
         const auto mu = [](int t) { return 0.9 * (1 - 0.5 * std::pow(0.96, 0.1 * t)); };
         double m = 0;
         double v = 0;
         double product = 1;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           m = 0.9 * m + 0.1 * g;
           v = 0.999 * v + 0.001 * g * g;
           product *= mu(t);
           const double mean = mu(t + 1) * m / (1 - product * mu(t + 1)) + (1 - mu(t)) * g / (1 - product);
           x -= 0.1 * mean / (std::sqrt(v / (1 - std::pow(0.999, t))) + 1e-8);
         }
         return x;
       }},
      {"lion(learning_rate=0.1, weight_decay=0.2)",
       [](std::size_t i, double x) {
         double m = 0;
         for (int t = 1; t <= steps; ++t) {
           const double g = slope(i, x);
           const double c = 0.9 * m + 0.1 * g;
           x -= 0.1 * ((c > 0) - (c < 0) + 0.2 * x);
           m = 0.99 * m + 0.01 * g;
         }
         return x;
       }},
      {"schedule_free(learning_rate=exponential(initial=0.2, factor=0.8))",
       [](std::size_t i, double x) {
         double z = x;
         double sum = 0;
         double rate = 0.2;
         for (int t = 1; t <= steps; ++t) {
           const double y = 0.1 * z + 0.9 * x;
           z -= rate * slope(i, y);
           sum += rate * rate;
           const double c = rate * rate / sum;
           x = (1 - c) * x + c * z;
           rate *= 0.8;
         }
         return x;
       }},
  };
  return entries;
}

// Five steps from x0 in the given shape.
std::vector<double> five_steps(const Rule& rule, const Shape& shape) {
  Rule::Parameter at = parameter(rule, Array(x0, shape));
  for (int t = 0; t < steps; ++t) {
    std::vector<double> gradient = at.x.values();
    for (std::size_t i = 0; i < n; ++i) gradient[i] = slope(i, gradient[i]);
    at = stepped(rule, at, Array(gradient, shape), static_cast<std::uint64_t>(t));
  }
  return rule.result(at).values();
}

TEST(RuleGolden, FiveStepsAreThoseOfThePapers) {
  for (const auto& [text, entry] : golden()) {
    const std::vector<double> got = five_steps(parse_rule(text), {2, 3});
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(got[i], entry(i, x0[i]), 4e-15) << text << ", entry " << i;
  }
}

TEST(RuleGolden, EveryRuleHasItsSteps) {
  for (const std::string_view name : Rule::registry().names()) {
    const bool is_listed =
        std::ranges::any_of(golden(), [&](const auto& entry) { return parse_rule(entry.first).name() == name; });
    EXPECT_TRUE(is_listed || name == Muon::name) << name;  // which does not treat entries alone: below
  }
}

using Matrix = std::vector<std::vector<double>>;
Matrix product(const Matrix& left, const Matrix& right) {
  Matrix result(left.size(), std::vector<double>(right[0].size(), 0.0));
  for (std::size_t i = 0; i < left.size(); ++i) {
    for (std::size_t k = 0; k < right.size(); ++k) {
      for (std::size_t j = 0; j < right[0].size(); ++j) result[i][j] += left[i][k] * right[k][j];
    }
  }
  return result;
}
Matrix transposed(const Matrix& m) {
  Matrix result(m[0].size(), std::vector<double>(m.size()));
  for (std::size_t i = 0; i < m.size(); ++i) {
    for (std::size_t j = 0; j < m[0].size(); ++j) result[j][i] = m[i][j];
  }
  return result;
}

// Jordan et al.: X <- aX + b(XXᵀ)X + c(XXᵀ)²X, written without transposing tall matrices first.
Matrix newton_schulz(Matrix x) {
  double sum = 0;
  for (const auto& row : x) {
    for (const double entry : row) sum += entry * entry;
  }
  for (auto& row : x) {
    for (double& entry : row) entry /= std::sqrt(sum) + 1e-8;
  }
  for (int k = 0; k < 5; ++k) {
    const Matrix gram = product(x, transposed(x));
    const Matrix once = product(gram, x);
    const Matrix twice = product(gram, once);
    for (std::size_t i = 0; i < x.size(); ++i) {
      for (std::size_t j = 0; j < x[0].size(); ++j) {
        x[i][j] = 3.4445 * x[i][j] - 4.7750 * once[i][j] + 2.0315 * twice[i][j];
      }
    }
  }
  return x;
}

std::vector<double> muon_steps(std::size_t rows, std::size_t columns) {
  std::vector<double> x(x0.begin(), x0.end());
  std::vector<double> m(n, 0.0);
  for (int t = 1; t <= steps; ++t) {
    Matrix direction(rows, std::vector<double>(columns));
    for (std::size_t i = 0; i < n; ++i) {
      const double g = slope(i, x[i]);
      m[i] = 0.95 * m[i] + g;
      direction[i / columns][i % columns] = g + 0.95 * m[i];
    }
    const Matrix o = newton_schulz(direction);
    const double length = 0.1 * 0.2 * std::sqrt(static_cast<double>(std::max(rows, columns)));
    for (std::size_t i = 0; i < n; ++i) x[i] -= length * o[i / columns][i % columns];
  }
  return x;
}

TEST(RuleGolden, MuonMakesTheMomentumOfMatricesOrthogonal) {
  const Rule muon = parse_rule("muon(learning_rate=0.1)");
  for (const std::int64_t rows : {2, 3}) {
    const std::vector<double> got = five_steps(muon, {rows, 6 / rows});
    const std::vector<double> wanted = muon_steps(static_cast<std::size_t>(rows), n / static_cast<std::size_t>(rows));
    for (std::size_t i = 0; i < n; ++i) EXPECT_NEAR(got[i], wanted[i], 1e-13) << rows << " rows, entry " << i;
  }
  EXPECT_EQ(five_steps(muon, {2, 3}), five_steps(muon, {2, 3, 1})) << "further axes are columns";
}

TEST(RuleGolden, MuonGivesVectorsTheStepOfAdam) {
  EXPECT_EQ(five_steps(parse_rule("muon(learning_rate=0.1)"), {6}),
            five_steps(parse_rule("adam(learning_rate=0.1)"), {6}));
}

}  // namespace
}  // namespace downhill
