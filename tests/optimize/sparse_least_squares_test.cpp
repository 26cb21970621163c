#include <gtest/gtest.h>
#include <downhill/loss.hpp>
#include <downhill/methods.hpp>
#include <downhill/minimize.hpp>
#include <downhill/operations.hpp>

#include <cmath>
#include <functional>
#include <vector>

#include "optimize/norms.hpp"
#include "optimize/sparse_residuals.hpp"
#include "optimize/sparse_source.hpp"

namespace downhill {
namespace {

using Residuals = std::function<Array(const Array&)>;

Objective sum_of_squares(const Residuals& residuals, std::int64_t n) {
  const ArrayFunction f = [residuals](std::span<const Array> x) -> std::vector<Array> { return {residuals(x[0])}; };
  return traced_least_squares(f, Type{DType::f64, {n}}, {});
}

// Broyden's tridiagonal equations: (3 - 2 x_i) x_i - x_(i-1) - 2 x_(i+1) + 1.
Residuals tridiagonal(std::int64_t n) {
  return [n](const Array& x) {
    const Array end = zeros({1});
    const Array before = concatenate({end, slice(x, {{0, n - 1}})}), after = concatenate({slice(x, {{1, n}}), end});
    return (3.0 - 2.0 * x) * x - before - 2.0 * after + 1.0;
  };
}

const std::vector<Method>& methods() {
  static const std::vector<Method> all{LevenbergMarquardt{}, Dogleg{}, GaussNewton{}};
  return all;
}

TEST(SparseLeastSquares, JacobianIsTheDenseOneAndCountsAsItsColours) {
  constexpr std::size_t n = 40;
  Objective f = sum_of_squares(tridiagonal(n), n);
  optimize::SparseJacobian* const sparse = f.source()->sparse()->jacobian();
  ASSERT_NE(sparse, nullptr);
  EXPECT_EQ(sparse->products(), 3U);
  std::vector<double> x(n), residuals(n), dense(n * n), entries(sparse->pattern().entries.size()), same(n);
  for (std::size_t i = 0; i < n; ++i) x[i] = std::sin(static_cast<double>(i));
  const double value = f.residuals_and_jacobian(x, residuals, dense);
  EXPECT_EQ(sparse->evaluate(x, same, entries), value);
  EXPECT_EQ(same, residuals);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = sparse->pattern().begin[i]; k < sparse->pattern().begin[i + 1]; ++k) {
      double& entry = dense[i * n + sparse->pattern().entries[k]];
      EXPECT_NEAR(entries[k], entry, 1e-15 * (1 + std::abs(entry)));
      entry = 0;
    }
  }
  for (const double left : dense) ASSERT_EQ(left, 0);
}

TEST(SparseLeastSquares, ThousandsOfVariablesTakeAFewEvaluationsOfTheResiduals) {
  constexpr std::int64_t n = 3000;
  for (const Method& method : methods()) {
    Objective f = sum_of_squares(tridiagonal(n), n);
    const Result r = minimize(f, std::vector<double>(n, -1.0), method);
    EXPECT_TRUE(r.success) << method.name() << ": " << r.message;
    EXPECT_LT(r.value, 1e-20) << method.name();
    EXPECT_LT(r.iterations, 12U) << method.name();
    EXPECT_LT(r.evaluations.residuals, 100U) << method.name();
    EXPECT_EQ(r.evaluations.jacobian, 0U) << method.name();
  }
}

TEST(SparseLeastSquares, TheNullSpaceOfAJacobianIsNoHindrance) {
  constexpr std::int64_t n = 60;
  const Residuals bent = [](const Array& x) {
    const Array d = slice(x, {{1, n}}) - slice(x, {{0, n - 1}});
    return d + 0.1 * square(d) - 1.0;
  };
  for (const Method& method : methods()) {
    Objective f = sum_of_squares(bent, n);
    ASSERT_NE(f.source()->sparse()->jacobian(), nullptr);
    std::vector<double> start(n);
    double before = 0, after = 0;
    for (std::size_t i = 0; i < start.size(); ++i) before += start[i] = std::sin(static_cast<double>(i));
    const Result r = minimize(f, start, method);
    EXPECT_TRUE(r.success) << method.name() << ": " << r.message;
    EXPECT_LT(r.value, 1e-16) << method.name();
    EXPECT_NE(r.verdict.kind, Verdict::Kind::strict_minimum) << method.name();
    for (const double entry : r.x) after += entry;
    EXPECT_NEAR(after / n, before / n, 0.1) << method.name() << ": short steps move little along the null space";
  }
}

TEST(SparseLeastSquares, ADampedStepHasTheLengthAskedForAndFallsAsForetold) {
  constexpr std::size_t n = 40;
  Objective f = sum_of_squares(tridiagonal(n), n);
  optimize::SparseJacobian* const sparse = f.source()->sparse()->jacobian();
  std::vector<double> x(n, -1.0), residuals(n), entries(sparse->pattern().entries.size()), q;
  const double value = sparse->evaluate(x, residuals, entries);
  optimize::SparseResiduals model(sparse->pattern());
  model.set(entries, residuals, std::vector<double>(n, 1.0));
  EXPECT_NEAR(model.fall(model.gauss_newton()), value, 1e-12 * value);  // as many equations as variables
  for (const double part : {0.9, 0.5, 0.1, 1e-3}) {
    const double radius = part * optimize::norm(model.gauss_newton());
    model.damped(radius, q);
    EXPECT_LE(optimize::norm(q), radius * (1 + 1e-12));
    EXPECT_GE(optimize::norm(q), 0.89 * radius);
    std::vector<double> path;
    model.dogleg(optimize::norm(q), path);
    EXPECT_GE(model.fall(q), model.fall(path) * (1 - 1e-9)) << "no step of its length falls further";
  }
}

}  // namespace
}  // namespace downhill
