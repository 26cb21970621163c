#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <functional>
#include <string>
#include <vector>

/// Which losses are sums of squares by their graph, and what their residuals are.
namespace downhill {
namespace {

using Loss = std::function<Array(const Array&)>;

Array at(const Array& x, std::int32_t i) { return gather(x, Array(i)); }

struct Case {
  std::string name;
  Loss loss;
  std::size_t residuals;
};

Objective objective_of(const Loss& loss, std::int64_t n) {
  return traced_objective(as_array_function(loss), Type{DType::f64, Shape{n}});
}

const std::vector<Case>& sums() {
  static const std::vector<Case> cases{
      {"Rosenbrock's function",
       [](const Array& x) { return square(1.0 - at(x, 0)) + 100.0 * square(at(x, 1) - square(at(x, 0))); }, 2},
      {"a mean", [](const Array& x) { return 0.5 * mean(square(exp(x) - 2.0)); }, 3},
      {"a fourth power", [](const Array& x) { return sum(pow(x - 1.0, 4)) / 3.0; }, 3},
      {"weights of the data",
       [](const Array& x) { return sum(Array{1.0, 0.0, 4.0} * square(sin(x) - Array{0.5, 0.2, 0.1})); }, 3},
      {"data above the number that are constants",
       [y = arange(200.0)](const Array& x) { return sum(square(at(x, 0) * exp(-0.01 * y * at(x, 1)) - at(x, 2) * y)); },
       200}};
  return cases;
}

TEST(SquareSplit, TheSquaresOfTheResidualsAddUpToTheLoss) {
  for (const Case& c : sums()) {
    Objective f = objective_of(c.loss, 3);
    ASSERT_EQ(f.capabilities().residuals, c.residuals) << c.name;
    const std::vector<double> x{0.3, -0.2, 0.7};
    std::vector<double> residuals(c.residuals), jacobian(3 * c.residuals), gradient(3);
    const double value = f.residuals_and_jacobian(x, residuals, jacobian);
    double total = 0;
    std::vector<double> slope(3, 0.0);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      total += residuals[i] * residuals[i];
      for (std::size_t j = 0; j < 3; ++j) slope[j] += 2 * residuals[i] * jacobian[3 * i + j];
    }
    EXPECT_EQ(value, f.value_and_gradient(x, gradient)) << c.name;
    EXPECT_NEAR(total, value, 1e-13 * value) << c.name;
    for (std::size_t j = 0; j < 3; ++j)
      EXPECT_NEAR(slope[j], gradient[j], 1e-12 * (1 + std::abs(gradient[j]))) << c.name;
    EXPECT_EQ(choose_method(f).why, "the loss is a sum of squares") << c.name;
  }
}

TEST(SquareSplit, WhatIsNoSumOfSquaresHasNoResiduals) {
  const std::vector<std::pair<std::string, Loss>> cases{
      {"a negative weight", [](const Array& x) { return square(exp(at(x, 0))) - 0.1 * square(sin(at(x, 1))); }},
      {"something linear beside them", [](const Array& x) { return sum(square(exp(x))) + at(x, 0); }},
      {"a constant beside them", [](const Array& x) { return sum(square(exp(x))) + 1.0; }},
      {"an exponential beside them", [](const Array& x) { return sum(square(sin(x))) + exp(at(x, 0)); }},
      {"a square within something else", [](const Array& x) { return log(1.0 + sum(square(exp(x)))); }},
      {"a square that is also a factor", [](const Array& x) { return sum(square(sin(x)) * (1.0 + square(sin(x)))); }},
      {"kinks", [](const Array& x) { return sum(square(abs(x) - 1.0)); }},
      {"a quadratic loss, whose model is exact", [](const Array& x) { return sum(square(x - 1.0)); }}};
  for (const auto& [name, loss] : cases) EXPECT_EQ(objective_of(loss, 3).capabilities().residuals, 0u) << name;
}

}  // namespace
}  // namespace downhill
