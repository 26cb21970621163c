#include "optimize/doctor/noise.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "optimize/doctor/slopes.hpp"
#include "optimize/draws.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t table_values = 9;
constexpr int directions = 2;
constexpr std::uint64_t noise_stream = 3;
constexpr double beyond = 256;  // units of rounding; f may be computed with many operations

}  // namespace

std::optional<double> noise_of(std::span<const double> values) {
  std::vector<double> difference(values.begin(), values.end());
  const std::size_t orders = values.size() - 1;
  std::size_t equal = 0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) equal += values[i] == values[i + 1] ? 1 : 0;
  if (2 * equal >= orders) return std::nullopt;
  std::vector<double> level(orders);
  std::vector<bool> changes_sign(orders);
  double gamma = 1;
  for (std::size_t k = 1; k <= orders; ++k) {
    double sum = 0, least = difference[1] - difference[0], most = least;
    for (std::size_t i = 0; i + k < values.size(); ++i) {
      difference[i] = difference[i + 1] - difference[i];
      sum += difference[i] * difference[i];
      least = std::min(least, difference[i]);
      most = std::max(most, difference[i]);
    }
    const auto order = static_cast<double>(k);
    gamma *= k == 1 ? 0.5 : 0.5 * order / (2 * order - 1);
    level[k - 1] = std::sqrt(gamma * sum / static_cast<double>(values.size() - k));
    changes_sign[k - 1] = least < 0 && most > 0;
  }
  for (std::size_t k = 0; k + 2 < orders; ++k) {
    const auto [least, most] = std::minmax({level[k], level[k + 1], level[k + 2]});
    if (most <= 4 * least && changes_sign[k]) return level[k];
  }
  return std::nullopt;
}

namespace {

double noise_along(Surroundings& around, std::span<const double> x, std::span<const double> direction) {
  const std::size_t n = x.size();
  double result = 0;
  std::optional<double> before;
  for (const int exponent : {-26, -22, -18, -14, -10}) {
    std::array<double, table_values> values{};
    std::vector<double> point(n);
    for (std::size_t k = 0; k < table_values; ++k) {  // off x itself, where a minimum may be as narrow as a ripple
      const double t = std::ldexp(static_cast<double>(k) + 4, exponent);
      for (std::size_t i = 0; i < n; ++i) point[i] = x[i] + t * direction[i];
      if (!around.contains(point)) {
        for (std::size_t i = 0; i < n; ++i) point[i] = x[i] - t * direction[i];
      }
      values[k] = around.value(point);
    }
    const bool is_usable = std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
    const std::optional<double> now = is_usable ? noise_of(values) : std::nullopt;
    if (before && now && std::max(*before, *now) <= 8 * std::min(*before, *now)) {
      result = std::max(result, std::min(*before, *now));
    }
    before = now;
  }
  return result;
}

}  // namespace

double measured_noise(Surroundings& around, std::span<const double> x) {
  const std::size_t n = x.size();
  Draws draws(0, noise_stream);
  std::vector<double> direction(n);
  double result = 0;
  for (int k = 0; k < directions; ++k) {  // along one of them waves may be long
    for (std::size_t i = 0; i < n; ++i) {
      direction[i] = (draws.uniform() < 0.5 ? -1 : 1) * (0.5 + 0.5 * draws.uniform()) * around.length_at(x, i);
    }
    result = std::max(result, noise_along(around, x, direction));
  }
  return result;
}

bool is_beyond_rounding(double noise, double value) {
  return noise > beyond * std::numeric_limits<double>::epsilon() * std::abs(value);
}

double SmoothedGradient::gain() const {
  double result = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (std::abs(gradient[i]) <= error[i]) continue;
    if (!(curvature[i] > 0)) return std::numeric_limits<double>::infinity();
    result += gradient[i] * gradient[i] / (2 * curvature[i]);
  }
  return result;
}

SmoothedGradient smoothed_gradient(Surroundings& around, std::span<const double> x, double noise) {
  SmoothedGradient result;
  result.lowest = std::numeric_limits<double>::infinity();
  std::vector<double> point(x.begin(), x.end());
  const double center = around.value(x);
  for (std::size_t i = 0; i < x.size(); ++i) {
    double ahead = 0, bend_before = std::numeric_limits<double>::quiet_NaN();
    double curvature = bend_before, curvature_error = std::numeric_limits<double>::infinity();
    const auto at = [&](double t, std::span<double> value) {
      point[i] = x[i] + t;
      value[0] = around.value(point);
      point[i] = x[i];
      if (value[0] < result.lowest) result.lowest = value[0];
      if (t > 0) ahead = value[0];
      if (t < 0) {
        const double bend = ((ahead - center) + (value[0] - center)) / (t * t);
        const double error = std::abs(bend - bend_before) + 4 * noise / (t * t);
        if (error < curvature_error) {
          curvature = bend;
          curvature_error = error;
        }
        bend_before = bend;
      }
      return std::isfinite(value[0]);
    };
    const LineSlopes slopes = slopes_along(at, 1, 0.25 * around.lengths()[i], std::array{0.0}, 2 * noise);
    result.gradient.push_back(slopes.slope[0]);
    result.error.push_back(slopes.error[0]);
    result.curvature.push_back(curvature);
  }
  return result;
}

}  // namespace downhill::optimize
