#include "analysis/convexity.hpp"

#include <downhill/operations.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <random>

namespace downhill::analysis {
namespace {

using Loss = std::function<Array(const Array&)>;

Convexity convexity_of(const Loss& f, const Shape& shape) {
  const std::vector<Type> types{{DType::f64, shape}};
  return convexity(ir::trace([&](std::span<const Array> x) { return std::vector<Array>{f(x[0])}; }, types));
}

struct Case {
  const char* text;
  Loss f;
  Shape shape;
  Convexity expected;
};

Array data(double rate, const Shape& shape) {  // above 64 elements: an input of the graph, not a constant
  std::vector<double> numbers(static_cast<std::size_t>(shape.size()));
  for (std::size_t k = 0; k < numbers.size(); ++k) numbers[k] = std::sin(rate * static_cast<double>(k));
  return {numbers, shape};
}
Array features() { return data(0.7, {40, 3}); }
Array labels() { return sign(cos(arange(40) * 1.3)); }
Array classes() { return astype(floor(arange(40) / 14.0), DType::i32); }

std::vector<Case> cases() {
  using enum Convexity;
  const std::vector<std::int64_t> rows{1};
  return {
      {"a sum of squares of all variables", [](const Array& x) { return sum(square(x - 1.0)); }, {3}, strictly_convex},
      {"squares of some variables", [](const Array& x) { return sum(square(slice(x, {{0, 2}}))); }, {3}, convex},
      {"least squares", [](const Array& x) { return sum(square(matmul(features(), x) - labels())); }, {3}, convex},
      {"ridge",
       [](const Array& x) { return sum(square(matmul(features(), x) - labels())) + 0.1 * sum(square(x)); },
       {3},
       strictly_convex},
      {"lasso",
       [](const Array& x) { return mean(square(matmul(features(), x) - labels())) + sum(abs(x)); },
       {3},
       convex},
      {"logistic regression, written out",
       [](const Array& x) { return sum(log(1.0 + exp(-labels() * matmul(features(), x)))); },
       {3},
       convex},
      {"logistic regression with log1p",
       [](const Array& x) { return sum(log1p(exp(-labels() * matmul(features(), x)))); },
       {3},
       convex},
      {"logistic loss", [](const Array& x) { return logistic_loss(matmul(features(), x), labels()); }, {3}, convex},
      {"softmax regression",
       [](const Array& w) { return cross_entropy(matmul(features(), w), classes()); },
       {3, 4},
       convex},
      {"softmax regression with a penalty",
       [](const Array& w) { return cross_entropy(matmul(features(), w), classes()) + 0.5 * sum(square(w)); },
       {3, 4},
       strictly_convex},
      {"the chosen entry of log_softmax, negated",
       [=](const Array& w) {
         return -sum(log_softmax(matmul(features(), w), 1) * (matmul(features(), ones({3, 4})) * 0.0 + 1.0));
       },
       {3, 4},
       convex},
      {"multiclass hinge",
       [](const Array& w) { return multiclass_hinge(matmul(features(), w), classes()); },
       {3, 4},
       convex},
      {"relu", [](const Array& x) { return sum(relu(x)); }, {3}, convex},
      {"minus relu", [](const Array& x) { return -sum(relu(x)); }, {3}, unknown},
      {"logsumexp", [](const Array& x) { return logsumexp(x); }, {5}, convex},
      {"sum of logsumexp along the other axis",
       [=](const Array& x) { return sum(logsumexp(x, rows)); },
       {4, 4},
       convex},
      {"even powers", [](const Array& x) { return sum(pow(x, 4)); }, {2}, strictly_convex},
      {"an odd power", [](const Array& x) { return sum(pow(x, 3)); }, {2}, unknown},
      {"a real power of a norm squared",
       [](const Array& x) { return pow(sum(square(x)) + 1.0, 1.5); },
       {2},
       strictly_convex},
      {"exp of a square", [](const Array& x) { return exp(sum(square(x))); }, {2}, strictly_convex},
      {"exp of minus a square", [](const Array& x) { return exp(-sum(square(x))); }, {2}, unknown},
      {"a barrier", [](const Array& x) { return -sum(log(1.0 - x)) - sum(log(x)); }, {2}, convex},
      {"a geometric program",
       [](const Array& x) { return log(exp(index(x, 0) - 2.0 * index(x, 1)) * 3.0 + exp(index(x, 1))); },
       {2},
       convex},
      {"a product of exponentials",
       [](const Array& x) { return exp(index(x, 0)) * exp(square(index(x, 1))); },
       {2},
       convex},
      {"the largest entry", [](const Array& x) { return max(2.0 * x - 1.0); }, {3}, convex},
      {"the smallest entry", [](const Array& x) { return min(x); }, {3}, unknown},
      {"an affine loss", [](const Array& x) { return sum(3.0 * x) - 1.0; }, {3}, convex},
      {"x y", [](const Array& x) { return index(x, 0) * index(x, 1); }, {2}, unknown},
      {"cos", [](const Array& x) { return cos(index(x, 0)); }, {1}, unknown},
      {"cosh", [](const Array& x) { return sum(cosh(x)); }, {2}, strictly_convex},
      {"Rosenbrock",
       [](const Array& x) { return 100.0 * square(index(x, 1) - square(index(x, 0))) + square(1.0 - index(x, 0)); },
       {2},
       unknown},
      {"a shift that is not the same on every term",
       [=](const Array& x) {
         const Array m = stop_gradient(max(x, rows));
         return sum(log(sum(exp(x - expand_dims(m, 1)), std::vector<std::int64_t>{0})) + m);
       },
       {4, 4},
       unknown},
      {"a shift that is not added again",
       [](const Array& x) { return log(sum(exp(x - stop_gradient(max(x))))); },
       {4},
       unknown},
      {"weights of both signs",
       [](const Array& x) { return sum(sin(arange(3) * 2.0 + 0.5) * square(x)); },
       {3},
       unknown},
      {"data weights that are positive",
       [](const Array& x) { return sum(matmul(square(features()), square(x))); },
       {3},
       convex},
      {"one over x squared plus one", [](const Array& x) { return 1.0 / (1.0 + sum(square(x))); }, {2}, unknown},
      {"a root of squares",
       [](const Array& x) { return sqrt(sum(square(matmul(features(), x) - labels()))); },
       {3},
       convex},
      {"a norm", [](const Array& x) { return norm(matmul(features(), x) - labels()); }, {3}, convex},
      {"norms of rows", [=](const Array& x) { return sum(norm(reshape(x, {3, 2}) - 1.0, rows)); }, {6}, convex},
      {"a norm of what is not affine", [](const Array& x) { return norm(square(x) - 1.0); }, {3}, unknown},
      {"a root of squares and a constant", [](const Array& x) { return sqrt(sum(square(x)) + 1.0); }, {3}, unknown},
      {"hypot", [](const Array& x) { return hypot(index(x, 0), 2.0 * index(x, 1)); }, {2}, convex},
  };
}

TEST(Convexity, IsProvedByTheRulesOfComposition) {
  for (const Case& c : cases()) {
    EXPECT_EQ(convexity_of(c.f, c.shape), c.expected) << c.text;
  }
}

// What is claimed holds: no chord lies below the graph.
TEST(Convexity, IsNeverClaimedWhereAChordLiesBelow) {
  std::mt19937_64 random(3);
  std::normal_distribution<double> normal;
  for (const Case& c : cases()) {
    if (convexity_of(c.f, c.shape) == Convexity::unknown) continue;
    for (int pair = 0; pair < 200; ++pair) {
      const auto point = [&] {
        std::vector<double> numbers(static_cast<std::size_t>(c.shape.size()));
        for (double& number : numbers) number = normal(random);
        return Array(numbers, c.shape);
      };
      const Array a = point();
      const Array b = point();
      const auto at = [&](double t) { return c.f((1.0 - t) * a + t * b).values().front(); };
      const double left = at(0);
      const double right = at(1);
      for (const double t : {0.25, 0.5, 0.8}) {
        const double chord = (1 - t) * left + t * right;
        const double value = at(t);
        if (!std::isfinite(value) || !std::isfinite(chord)) continue;
        EXPECT_LE(value, chord + 1e-9 * (std::abs(left) + std::abs(right) + 1)) << c.text;
      }
    }
  }
}

}  // namespace
}  // namespace downhill::analysis
