#include <downhill/gradient_check.hpp>

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace downhill {
namespace {

double f(std::span<const double> x) { return std::exp(x[0]) * std::sin(x[1]) + x[2] * x[2] * x[0]; }
void right(std::span<const double> x, std::span<double> g) {
  g[0] = std::exp(x[0]) * std::sin(x[1]) + x[2] * x[2];
  g[1] = std::exp(x[0]) * std::cos(x[1]);
  g[2] = 2 * x[2] * x[0];
}
const std::vector<double> point{0.7, -1.3, 2.1};

double largest_error(Differences differences) {
  std::vector<double> g(3);
  right(point, g);
  const DifferenceGradient found = difference_gradient(f, point, differences);
  double error = 0;
  for (std::size_t k = 0; k < 3; ++k) {
    error = std::max(error, std::abs(found.gradient[k] - g[k]) / std::abs(g[k]));
    EXPECT_LE(std::abs(found.gradient[k] - g[k]), 20 * found.error[k] + 1e-15);
  }
  return error;
}

TEST(Differences, HaveTheErrorOfTheirOrder) {
  EXPECT_LT(largest_error(Differences::forward), 1e-7);
  EXPECT_LT(largest_error(Differences::central), 1e-9);
  EXPECT_LT(largest_error(Differences::ridders), 1e-12);
}

TEST(Differences, ShrinkTheStepAtTheEdgeOfTheDomain) {
  const std::vector<double> near_zero{1e-9, 1.0};
  const auto g = [](std::span<const double> x) { return std::log(x[0]) + x[1]; };
  const DifferenceGradient found = difference_gradient(g, near_zero);
  EXPECT_NEAR(found.gradient[0], 1e9, 1e-1);
  EXPECT_NEAR(found.gradient[1], 1.0, 1e-5);
}

TEST(Differences, SayWhereThereIsNoDerivative) {
  const auto nowhere = [](std::span<const double>) { return std::numeric_limits<double>::quiet_NaN(); };
  const DifferenceGradient found = difference_gradient(nowhere, std::vector<double>{1.0});
  EXPECT_TRUE(std::isnan(found.gradient[0]));
  EXPECT_TRUE(std::isinf(found.error[0]));
}

TEST(GradientCheck, AcceptsARightGradient) {
  const GradientCheck check = check_gradient(f, right, point);
  EXPECT_TRUE(check.agrees) << check.message;
  EXPECT_EQ(check.message, "gradient agrees with finite differences in all 3 coordinates");
}

GradientCheck with(const std::function<void(std::span<double>)>& spoil) {
  return check_gradient(
      f,
      [&](std::span<const double> x, std::span<double> g) {
        right(x, g);
        spoil(g);
      },
      point);
}

TEST(GradientCheck, NamesTheWrongCoordinate) {
  const GradientCheck check = with([](std::span<double> g) { g[1] *= 1.01; });
  EXPECT_FALSE(check.agrees);
  EXPECT_EQ(check.worst, 1U);
  EXPECT_TRUE(check.coordinates[0].agrees);
  EXPECT_FALSE(check.coordinates[1].agrees);
  EXPECT_TRUE(check.coordinates[2].agrees);
  EXPECT_NE(check.message.find("1 of 3 coordinates, most in coordinate 1"), std::string::npos) << check.message;
}

TEST(GradientCheck, NamesTheCauseWhereThePatternIsPlain) {
  const auto ends_with = [](const GradientCheck& check, std::string_view end) {
    return !check.agrees && check.message.ends_with(end);
  };
  const GradientCheck sign = with([](std::span<double> g) {
    for (double& v : g) v = -v;
  });
  EXPECT_TRUE(ends_with(sign, "every sign is reversed")) << sign.message;
  const GradientCheck zero = with([](std::span<double> g) {
    for (double& v : g) v = 0;
  });
  EXPECT_TRUE(ends_with(zero, "the gradient is zero everywhere")) << zero.message;
  const GradientCheck scaled = with([](std::span<double> g) {
    for (double& v : g) v *= 1.01;
  });
  EXPECT_TRUE(ends_with(scaled, "every coordinate is off by the factor 1.01")) << scaled.message;
  const GradientCheck swapped = with([](std::span<double> g) { std::swap(g[0], g[2]); });
  EXPECT_TRUE(ends_with(swapped, "coordinate 0 and coordinate 2 are exchanged")) << swapped.message;
  const GradientCheck shifted = with([](std::span<double> g) {
    const double first = g[0];
    g[0] = g[1];
    g[1] = g[2];
    g[2] = first;
  });
  EXPECT_TRUE(ends_with(shifted, "entries are shifted down by one")) << shifted.message;
  const GradientCheck dropped = with([](std::span<double> g) {
    g[2] = g[1];
    g[1] = g[0];
    g[0] = 0;
  });
  EXPECT_TRUE(ends_with(dropped, "entries are shifted up by one")) << dropped.message;
  const GradientCheck halved = with([](std::span<double> g) {
    for (double& v : g) v /= 2;
  });
  EXPECT_TRUE(ends_with(halved, "off by the factor 0.5 (a factor 2 is missing)")) << halved.message;
  const GradientCheck one_sign = with([](std::span<double> g) { g[1] = -g[1]; });
  EXPECT_TRUE(ends_with(one_sign, "the sign of coordinate 1 is reversed")) << one_sign.message;
  const GradientCheck one_zero = with([](std::span<double> g) { g[1] = 0; });
  EXPECT_TRUE(ends_with(one_zero, "coordinate 1 is zero")) << one_zero.message;
  const GradientCheck one_percent = with([](std::span<double> g) { g[1] *= 1.01; });
  EXPECT_TRUE(ends_with(one_percent, "coordinate 1 is off by the factor 1.01")) << one_percent.message;
}

TEST(GradientCheck, DoesNotBlameTheGradientForNoise) {
  const auto noisy = [](std::span<const double> x) { return x[0] * x[0] + 1e-7 * std::sin(1e9 * x[0]); };
  const auto gradient = [](std::span<const double> x, std::span<double> g) { g[0] = 2 * x[0]; };
  EXPECT_TRUE(check_gradient(noisy, gradient, std::vector<double>{1.5}).agrees);
}

TEST(GradientCheck, SaysWhereNothingCanBeJudged) {
  const auto check = [](double (*f)(double), double slope, double x) {
    return check_gradient([f](std::span<const double> at) { return f(at[0]); },
                          [slope](std::span<const double>, std::span<double> g) { g[0] = slope; },
                          std::vector<double>{x});
  };
  const GradientCheck outside = check([](double x) { return std::log(x); }, -1, -1);
  EXPECT_TRUE(outside.agrees);
  EXPECT_EQ(outside.unjudged, 1U);
  EXPECT_EQ(outside.message, "gradient cannot be judged in the one coordinate: coordinate 0: f is not finite near it");
  const GradientCheck jump = check([](double x) { return std::floor(x); }, 0, 1);
  EXPECT_EQ(jump.message, "gradient cannot be judged in the one coordinate: coordinate 0: f jumps there");
}

TEST(GradientCheck, AtAKinkEverySlopeBetweenThoseOfTheSidesIsRight) {
  const auto agrees = [](double slope) {
    const GradientCheck check = check_gradient([](std::span<const double> x) { return x[0] > 0 ? x[0] * x[0] : x[0]; },
                                               [slope](std::span<const double>, std::span<double> g) { g[0] = slope; },
                                               std::vector<double>{0.0});
    return check.agrees && check.unjudged == 0;
  };
  EXPECT_TRUE(agrees(1));
  EXPECT_TRUE(agrees(0));
  EXPECT_FALSE(agrees(-1));
  EXPECT_FALSE(agrees(2));
}

TEST(GradientCheck, ReportsANanGradient) {
  const GradientCheck check = with([](std::span<double> g) { g[2] = std::numeric_limits<double>::quiet_NaN(); });
  EXPECT_FALSE(check.agrees);
  EXPECT_EQ(check.worst, 2U);
}

}  // namespace
}  // namespace downhill
