#include <downhill/landscape.hpp>

#include <algorithm>
#include <cmath>

#include "landscape/ticks.hpp"

namespace downhill::landscape {
namespace {

double quantile(const std::vector<double>& sorted, double share) {
  return sorted[static_cast<std::size_t>(share * static_cast<double>(sorted.size() - 1))];
}

std::vector<double> linear_levels(const HeightScale& scale, std::size_t count) {
  const double step = round_step((scale.high - scale.low) / static_cast<double>(count));
  std::vector<double> levels;
  const double first = std::floor(scale.low / step) + 1;
  for (double k = first; k * step < scale.high; ++k) levels.push_back(k * step);
  return levels;
}

// Powers of ten, with 2 and 5 between them or only some of them, as fits.
std::vector<double> logarithmic_levels(const HeightScale& scale, std::size_t count) {
  const double low = std::floor(std::log10(scale.low));
  const double high = std::ceil(std::log10(scale.high));
  const double decades = std::log10(scale.high / scale.low);
  std::vector<double> factors{1};
  if (decades * 3 <= static_cast<double>(count) * 1.5) {
    factors = {1, 2, 5};
  } else if (decades * 2 <= static_cast<double>(count) * 1.5) {
    factors = {1, 3};
  }
  const double every = factors.size() > 1 ? 1 : std::max(1.0, std::ceil(decades / static_cast<double>(count)));
  std::vector<double> levels;
  for (double k = low; k <= high; k += every) {
    for (const double factor : factors) {
      const double level = factor * std::pow(10, k);
      if (level > scale.low && level < scale.high) levels.push_back(scale.base + level);
    }
  }
  return levels;
}

}  // namespace

double HeightScale::position(double value) const {
  if (std::isnan(value)) return value;
  double place = 0;
  if (kind == Kind::linear) {
    place = (value - low) / (high - low);
  } else {
    place = value - base <= low ? 0 : std::log(value - base > high ? 1 : (value - base) / low) / std::log(high / low);
    if (value - base > high) place = 1;
  }
  return std::clamp(place, 0.0, 1.0);
}

HeightScale height_scale(std::span<const double> values) {
  std::vector<double> sorted;
  constexpr double most = 1e307;  // differences of such heights are finite
  for (const double value : values) {
    if (std::isfinite(value)) sorted.push_back(std::clamp(value, -most, most));
  }
  if (sorted.empty()) return {};
  std::ranges::sort(sorted);
  const double low = sorted.front();
  const double high = sorted.back();
  if (!(high > low))
    return {.low = low - 0.5 * std::max(1.0, std::abs(low)), .high = low + 0.5 * std::max(1.0, std::abs(low))};
  const double middle = (quantile(sorted, 0.5) - low) / (high - low);
  constexpr double most_even = 0.12;
  if (middle > most_even) return {.low = low, .high = high};
  HeightScale scale{.kind = HeightScale::Kind::logarithmic};
  // Heights above zero, unless all that differs is far from zero.
  scale.base = low >= 0 && low < 0.1 * high ? 0 : low;
  scale.high = high - scale.base;
  constexpr double most_decades = 1e6;
  const double hundredth = quantile(sorted, 0.01) - scale.base;
  scale.low = std::max({low - scale.base, hundredth / 10, scale.high / most_decades});
  return scale;
}

std::vector<double> contour_levels(const HeightScale& scale, std::size_t count) {
  count = std::max<std::size_t>(count, 1);
  return scale.kind == HeightScale::Kind::linear ? linear_levels(scale, count) : logarithmic_levels(scale, count);
}

}  // namespace downhill::landscape
