#include <gtest/gtest.h>
#include <downhill/choice.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

namespace downhill {
namespace {

Objective of_values(std::size_t n) {
  return objective(n, {.value = [](std::span<const double> x) { return x[0] * x[0]; }});
}

TEST(Choice, IsMadeByWhatIsKnownOfTheLoss) {
  const auto bowl = as_array_function([](const Array& x) { return sum(square(x - 1.0)); });
  const auto residuals = as_array_function([](const Array& x) { return x - 1.0; });
  const auto vector = [](std::int64_t n) { return Type{DType::f64, Shape{n}}; };
  const auto name_for = [](const Objective& f) { return std::string(choose_method(f).method.name()); };
  EXPECT_EQ(name_for(traced_objective(bowl, vector(1))), "newton");
  EXPECT_EQ(name_for(traced_objective(bowl, vector(2))), "newton_cg");
  EXPECT_EQ(name_for(traced_objective(bowl, vector(300))), "newton_cg");
  EXPECT_EQ(name_for(traced_objective(bowl, vector(301))), "newton_cg") << "it solves what is quadratic";
  const auto valley = as_array_function([](const Array& x) { return sum(cosh(x - 1.0)); });
  EXPECT_EQ(name_for(traced_objective(valley, vector(300))), "newton_cg");
  EXPECT_EQ(name_for(traced_objective(valley, vector(5000))), "newton_cg") << "its Hessian is diagonal";
  const auto turned = as_array_function([](const Array& x) { return cosh(sum(x)) + sum(cosh(x)); });
  EXPECT_EQ(name_for(traced_objective(turned, vector(300))), "newton_cg");
  EXPECT_EQ(name_for(traced_objective(turned, vector(301))), "lbfgs");
  const auto matrix = [](std::size_t n) {
    const auto gradient = [](std::span<const double>, std::span<double>) { return 0.0; };
    const auto hessian = [](std::span<const double>, std::span<double>) {};
    return objective(n, {.value_and_gradient = gradient, .hessian = hessian});
  };
  EXPECT_EQ(name_for(matrix(100)), "newton") << "products with a matrix cost as much as the matrix";
  EXPECT_EQ(name_for(matrix(5000)), "lbfgs");
  EXPECT_EQ(name_for(traced_least_squares(residuals, vector(2))), "dogleg");
  EXPECT_EQ(name_for(traced_least_squares(residuals, vector(21))), "newton_cg") << "a Jacobian costs 21 products";
  const auto jacobian = [](std::span<const double>, std::span<double>, std::span<double>) {};
  EXPECT_EQ(name_for(objective(100, {.residual_count = 100, .residuals_and_jacobian = jacobian})), "dogleg");
  EXPECT_EQ(name_for(traced_least_squares(residuals, vector(5000))), "newton_cg") << "its Jacobian is large";
  const auto kinks = as_array_function([](const Array& x) { return max(abs(x - 1.0)); });
  EXPECT_EQ(name_for(traced_objective(kinks, vector(2))), "piecewise_newton");
  EXPECT_EQ(name_for(traced_objective(kinks, vector(101))), "bfgs");
  const auto lasso = as_array_function([](const Array& x) { return sum(square(x - 1.0)) + sum(abs(x)); });
  EXPECT_EQ(name_for(traced_objective(lasso, vector(2))), "owl_qn");
  EXPECT_EQ(name_for(traced_objective(lasso, vector(5000))), "owl_qn");
  EXPECT_EQ(name_for(of_values(2)), "nelder_mead");
  EXPECT_EQ(name_for(of_values(100)), "cma_es");
  EXPECT_EQ(name_for(of_values(1000)), "pattern_search");
  EXPECT_EQ(choose_method(traced_objective(bowl, vector(1))).why, "second derivatives of 1 variable are cheap");
}

TEST(Choice, IsWhatMinimizeUsesWhenItIsGivenNoMethod) {
  const Result r = minimize([](const Array& x) { return sum(square(x - 1.0)); }, Array{3, 4});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.method, "newton_cg");
}

}  // namespace
}  // namespace downhill
