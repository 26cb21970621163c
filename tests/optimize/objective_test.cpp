#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/minimize.hpp>

#include "optimize/cases.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

std::string refusal(Objective f, std::vector<double> x0, const char* method) {
  try {
    static_cast<void>(minimize(f, x0, parse_method(method)));
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

TEST(Objective, CountsEveryEvaluation) {
  Objective f = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const std::vector<double> x{0.5, 0.5}, v{1, 0}, points{1, 2, 3, 4, 5, 6};
  std::vector<double> g(2), h(4), values(3);
  static_cast<void>(f.value(x));
  static_cast<void>(f.value_and_gradient(x, g));
  f.hessian_vector(x, v, g);
  f.hessian(x, h);
  f.values(points, values);
  EXPECT_EQ(f.counts(), (EvaluationCounts{.value = 5, .gradient = 1, .hessian_vector = 1, .hessian = 1}));
}

TEST(Objective, SuppliesTheHessianFromProductsAndProductsFromTheHessian) {
  Objective dense = smooth(2, [](const auto& x) { return rosenbrock(x); });
  const std::vector<double> x{0.5, -0.3}, v{2, -1};
  std::vector<double> h(4), product(2), columns(4);
  dense.hessian(x, h);
  dense.hessian_vector(x, v, product);
  EXPECT_DOUBLE_EQ(product[0], 2 * h[0] - h[1]);
  Callbacks callbacks;
  callbacks.value = [](std::span<const double>) { return 0.0; };
  callbacks.hessian_vector = [&](auto at, auto direction, auto out) { dense.hessian_vector(at, direction, out); };
  Objective by_products = objective(2, callbacks);
  by_products.hessian(x, columns);
  EXPECT_EQ(columns, h);
}

TEST(Objective, ResidualsGiveTheValueAndItsGradient) {
  Objective f = least_squares(2, 2, [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[0] * x[1] - 3.0, x[1] - 1.0};
  });
  std::vector<double> g(2);
  EXPECT_EQ(f.value_and_gradient(std::vector<double>{2, 3}, g), 9 + 4);
  EXPECT_EQ(g, (std::vector<double>{2 * 3 * 3, 2 * 3 * 2 + 2 * 2}));
  std::vector<double> r(2), jacobian(4);
  EXPECT_EQ(f.residuals(std::vector<double>{2, 3}, r), 9 + 4);
  EXPECT_EQ(f.residuals_and_jacobian(std::vector<double>{2, 3}, r, jacobian), 9 + 4);
  EXPECT_EQ(f.counts(), (EvaluationCounts{.value = 1, .gradient = 1, .residuals = 2, .jacobian = 1}));
}

TEST(Objective, DifferencesAgreeWithExactDerivativesAndCountTheirValues) {
  Objective exact = smooth(2, [](const auto& x) { return rosenbrock(x); });
  Callbacks values_alone;
  values_alone.value = [](std::span<const double> x) { return rosenbrock(x); };
  Objective f = with_differences(objective(2, values_alone));
  EXPECT_EQ(f.capabilities().gradient, Derivatives::differences);
  const std::vector<double> x{0.7, -0.4};
  std::vector<double> g(2), expected(2), h(4), expected_h(4);
  static_cast<void>(f.value_and_gradient(x, g));
  static_cast<void>(exact.value_and_gradient(x, expected));
  f.hessian(x, h);
  exact.hessian(x, expected_h);
  for (std::size_t i = 0; i < 2; ++i) EXPECT_NEAR(g[i], expected[i], 1e-7 * std::abs(expected[i]));
  for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(h[i], expected_h[i], 1e-4 * std::abs(expected_h[0]));
  const Result r = minimize(f, std::vector<double>{-1.2, 1}, GradientDescent{}, {.max_iterations = 10});
  EXPECT_GE(r.evaluations.value, 5 * r.evaluations.gradient) << "4 values for each gradient, and its own";
}

TEST(Objective, NewtonByDifferencesReachesTheMinimum) {
  Callbacks values_alone;
  values_alone.value = [](std::span<const double> x) { return rosenbrock(x); };
  Objective f = with_differences(objective(2, values_alone));
  const Result r = minimize(f, std::vector<double>{-1.2, 1});
  EXPECT_NEAR(r.x[0], 1, 1e-5) << r.message;
  EXPECT_NEAR(r.x[1], 1, 1e-5);
}

TEST(Objective, MethodsRefuseWhatTheLossCannotGive) {
  Callbacks values_alone;
  values_alone.value = [](std::span<const double> x) { return x[0] * x[0]; };
  Callbacks gradient_only;
  gradient_only.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * x[0];
    return x[0] * x[0];
  };
  EXPECT_EQ(refusal(objective(1, values_alone), {1}, "gradient_descent"),
            "gradient_descent: needs a gradient, but this loss supplies values only\n"
            "  hint: ask for finite differences, or use local_search or random_search");
  EXPECT_EQ(refusal(objective(1, gradient_only), {1}, "newton"),
            "newton: needs second derivatives, but this loss supplies a gradient only");
  EXPECT_EQ(refusal(objective(1, gradient_only), {1}, "levenberg_marquardt"),
            "levenberg_marquardt: needs a sum of squared residuals, but this loss is one value");
  EXPECT_EQ(refusal(smooth(1, [](const auto& x) { return x[0] * x[0]; }), {1}, "closed_form"),
            "closed_form: needs a loss that is provably quadratic, but this one is not known to be quadratic\n"
            "  hint: use newton");
  EXPECT_EQ(refusal(objective(1, values_alone), {1, 2}, "local_search"),
            "minimize: the start has another size than the loss: 2 numbers for 1 variables");
  EXPECT_THROW(static_cast<void>(objective(0, values_alone)), ShapeError);
  EXPECT_THROW(static_cast<void>(objective(1, Callbacks{})), OptionError);
}

TEST(Objective, AVerdictIsReachedFromGradientsAlone) {
  Callbacks callbacks;
  callbacks.value_and_gradient = [](std::span<const double> x, std::span<double> g) {
    g[0] = 2 * (x[0] - 1);
    g[1] = 8 * x[1];
    return (x[0] - 1) * (x[0] - 1) + 4 * x[1] * x[1];
  };
  Objective f = objective(2, callbacks);
  const Result r = minimize(f, std::vector<double>{3, 2}, GradientDescent{});
  EXPECT_EQ(r.verdict.kind, Verdict::Kind::strict_minimum) << r.message;
  EXPECT_NEAR(r.verdict.smallest_eigenvalue, 2, 1e-6);
  EXPECT_NEAR(r.verdict.largest_eigenvalue, 8, 1e-6);
  EXPECT_EQ(r.evaluations.hessian, 0u) << "differences of gradients are counted as gradients";
}

}  // namespace
}  // namespace downhill
