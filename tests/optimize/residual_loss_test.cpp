#include <gtest/gtest.h>
#include <downhill/error.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <cmath>

#include "optimize/cases.hpp"
#include "optimize/residual_loss/residual_loss_model.hpp"

namespace downhill {
namespace {

using namespace downhill::testing;

std::vector<ResidualLoss> every_loss(double scale) {
  return {SquaredLoss{}, Huber{scale}, SoftL1{scale}, Cauchy{scale}, Tukey{scale}, Arctan{scale}};
}

TEST(ResidualLoss, EveryOneOfTheRegistryReadsBackFromItsText) {
  for (const std::string_view name : ResidualLoss::registry().names()) {
    EXPECT_EQ(ResidualLoss::registry().parse(name).text(), name);
  }
  EXPECT_EQ(ResidualLoss::registry().parse("huber(scale=0.5)").text(), "huber(scale=0.5)");
  EXPECT_TRUE(is_squared(SquaredLoss{}));
  EXPECT_FALSE(is_squared(Huber{}));
}

TEST(ResidualLoss, NumbersArraysAndDerivativesAgree) {
  for (const ResidualLoss& loss : every_loss(0.7)) {
    for (const double r : {-5.0, -0.71, -0.3, 0.0, 1e-9, 0.2, 0.69, 1.4, 30.0}) {
      const optimize::ResidualCost at = loss.model().cost(r);
      EXPECT_NEAR(loss.model().total(Array{r}).item(), at.value, 1e-14 * at.value) << loss.text() << " at " << r;
      const double h = 1e-5;
      const double up = loss.model().cost(r + h).value, down = loss.model().cost(r - h).value;
      EXPECT_NEAR((up - down) / (2 * h), 2 * at.weight * r, 1e-8) << loss.text() << " at " << r;
      const auto slope = [&](double x) { return loss.model().cost(x).weight * x; };
      EXPECT_NEAR((slope(r + h) - slope(r - h)) / (2 * h), at.curvature, 1e-8) << loss.text() << " at " << r;
    }
  }
}

// A straight line through 20 points, four of which are far off.
struct Line {
  std::vector<double> x, y;
};
Line line() {
  Line result;
  for (int i = 0; i < 20; ++i) {
    result.x.push_back(0.25 * i);
    result.y.push_back(1 + 2 * result.x.back() + 0.01 * std::sin(7.0 * i) + (i % 6 == 3 ? 8 + i : 0));
  }
  return result;
}

ArrayFunction residuals_of(const Line& data) {
  return [x = Array(data.x), y = Array(data.y)](std::span<const Array> b) -> std::vector<Array> {
    return {slice(b[0], {Range{0, 1, 1}}) + slice(b[0], {Range{1, 2, 1}}) * x - y};
  };
}

Objective callbacks_of(const Line& data) {
  Callbacks callbacks;
  callbacks.residual_count = data.x.size();
  callbacks.residuals_and_jacobian = [data](std::span<const double> b, std::span<double> r, std::span<double> j) {
    for (std::size_t i = 0; i < data.x.size(); ++i) {
      r[i] = b[0] + b[1] * data.x[i] - data.y[i];
      j[2 * i] = 1;
      j[2 * i + 1] = data.x[i];
    }
  };
  return objective(2, callbacks);
}

TEST(ResidualLoss, ThreeMethodsAndTwoObjectivesFindTheSameRobustLine) {
  const Line data = line();
  for (const ResidualLoss& loss : every_loss(0.5)) {
    Objective traced = traced_least_squares(residuals_of(data), Type{DType::f64, Shape{2}}, loss);
    Objective given = with_residual_loss(callbacks_of(data), loss);
    const std::vector<double> start{0.9, 2.1};
    const Result newton = minimize(traced, start, Newton{});
    EXPECT_TRUE(newton.success) << loss.text() << ": " << newton.message;
    for (const Method& method : {Method(LevenbergMarquardt{}), Method(Dogleg{}), Method(GaussNewton{})}) {
      for (Objective* objective : {&traced, &given}) {
        const Result r = minimize(*objective, start, method);
        EXPECT_TRUE(r.success) << method.text() << ", " << loss.text() << ": " << r.message;
        EXPECT_NEAR(r.x[0], newton.x[0], 1e-8) << method.text() << ", " << loss.text();
        EXPECT_NEAR(r.x[1], newton.x[1], 1e-8) << method.text() << ", " << loss.text();
        EXPECT_LE(r.iterations, 60u) << method.text() << ", " << loss.text();
      }
    }
    EXPECT_NEAR(newton.x[1], 2, is_squared(loss) ? 5 : 0.2) << loss.text() << ": outliers weigh little";
  }
}

TEST(ResidualLoss, TheVerdictIsAboutTheRobustLoss) {
  // Two camps of equal size: their middle is the least-squares mean, and a maximum of a loss that forgets far residuals.
  const ArrayFunction residuals = [y = Array{-3, -3, 3, 3}](std::span<const Array> b) -> std::vector<Array> {
    return {b[0] - y};
  };
  const Type one{DType::f64, Shape{1}};
  Objective squared = traced_least_squares(residuals, one);
  EXPECT_EQ(minimize(squared, std::vector<double>{0}, LevenbergMarquardt{}).verdict.kind,
            Verdict::Kind::strict_minimum);
  Objective robust = traced_least_squares(residuals, one, Cauchy{1});
  const Result r = minimize(robust, std::vector<double>{0}, LevenbergMarquardt{});
  EXPECT_TRUE(r.success) << r.message;
  EXPECT_EQ(r.escapes, 1u) << "the middle is left";
  EXPECT_GT(std::abs(r.x[0]), 2);
}

TEST(ResidualLoss, AValueHasTheSameBitsWhetherItComesAloneOrWithResiduals) {
  const ArrayFunction residuals = [](std::span<const Array> b) -> std::vector<Array> {
    return {exp(gather(b[0], Array(0)) * arange(0, 37, 0.1)) - gather(b[0], Array(1))};
  };
  const Type x{DType::f64, Shape{2}};
  for (const std::string_view name : ResidualLoss::registry().names()) {
    Objective f = traced_least_squares(residuals, x, ResidualLoss::registry().parse(name));
    const std::size_t m = f.capabilities().residuals;
    std::vector<double> gradient(2), r(m), jacobian(2 * m);
    for (const double at : {0.01, 0.37, -1.3}) {
      const std::vector<double> point{at, 0.7};
      const double value = f.value(point);
      EXPECT_EQ(f.value_and_gradient(point, gradient), value) << name;
      EXPECT_EQ(f.residuals(point, r), value) << name;
      EXPECT_EQ(f.residuals_and_jacobian(point, r, jacobian), value) << name;
      for (std::size_t j = 0; j < 2; ++j) {
        double slope = 0;
        for (std::size_t i = 0; i < m; ++i) slope += 2 * r[i] * jacobian[2 * i + j];
        EXPECT_NEAR(slope, gradient[j], 1e-12 * std::abs(gradient[j])) << name;
      }
    }
  }
}

TEST(ResidualLoss, NeedsResiduals) {
  Objective plain = smooth(1, [](const auto& x) { return square(x[0]); });
  EXPECT_THROW((void)with_residual_loss(plain, Huber{}), OptionError);
}

}  // namespace
}  // namespace downhill
