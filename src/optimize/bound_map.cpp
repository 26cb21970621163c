#include "optimize/bound_map.hpp"

#include <algorithm>
#include <cmath>

namespace downhill::optimize {

namespace {

constexpr double margin_part = 0.05;

}  // namespace

double BoundMap::margin(std::size_t i) const {
  const double range = box_.upper(i) - box_.lower(i);
  return margin_part * (std::isfinite(range) ? range : lengths_[i]);
}

void BoundMap::apply(std::span<double> y) const {
  if (!box_.is_bounded()) return;
  for (std::size_t i = 0; i < y.size(); ++i) {
    const double a = margin(i), low = box_.lower(i), high = box_.upper(i);
    const bool has_low = std::isfinite(low), has_high = std::isfinite(high);
    if (has_low && has_high) {  // by whole turns of the zigzag
      const double turn = 2 * ((high - low) + 2 * a);
      y[i] -= turn * std::floor((y[i] - (low - a)) / turn);
    }
    if (has_low && y[i] < low - a) y[i] = (low - a) + ((low - a) - y[i]);
    if (has_high && y[i] > high + a) y[i] = (high + a) - (y[i] - (high + a));
    if (has_low && y[i] < low + a) {
      const double z = y[i] - (low - a);
      y[i] = low + z * (z / (4 * a));
    } else if (has_high && y[i] > high - a) {
      const double z = (high + a) - y[i];
      y[i] = high - z * (z / (4 * a));
    }
    if (std::isfinite(y[i])) y[i] = box_.nearest(i, y[i]);
  }
}

std::vector<double> BoundMap::inverse(std::span<const double> x) const {
  std::vector<double> y(x.begin(), x.end());
  for (std::size_t i = 0; box_.is_bounded() && i < y.size(); ++i) {
    const double a = margin(i), low = box_.lower(i), high = box_.upper(i);
    if (x[i] < low + a) {
      y[i] = (low - a) + std::sqrt(4 * a * (x[i] - low));
    } else if (x[i] > high - a) {
      y[i] = (high + a) - std::sqrt(4 * a * (high - x[i]));
    }
  }
  return y;
}

}  // namespace downhill::optimize
