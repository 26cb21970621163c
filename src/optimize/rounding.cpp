#include "optimize/rounding.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

std::vector<double> nudged(std::span<const double> x, unsigned variant, const Box& box) {
  std::vector<double> result(x.begin(), x.end());
  for (std::size_t i = 0; i < result.size(); ++i) {
    const bool is_up = ((i * (2 * variant + 1) + variant) % 3 + variant) % 2 == 0;
    result[i] *= is_up ? 1 + 0x1p-51 : 1 - 0x1p-51;
    if (box.nearest(i, result[i]) != result[i]) result[i] = box.nearest(i, x[i] * (is_up ? 1 - 0x1p-51 : 1 + 0x1p-51));
  }
  return result;
}

std::vector<double> gradient_rounding(Objective& objective, std::span<const double> x, std::span<const double> gradient,
                                      std::span<const double> hessian) {
  const std::size_t n = x.size();
  std::vector<double> result(n, 0.0);
  for (std::size_t i = 0; i < n && !hessian.empty(); ++i) {
    for (std::size_t j = 0; j < n; ++j) result[i] += std::abs(hessian[i * n + j] * x[j]);
    result[i] *= 4 * std::numeric_limits<double>::epsilon();
  }
  std::vector<double> moved(n);
  double value = 0;
  for (unsigned variant = 0; variant < 3; ++variant) {
    value = objective.value_and_gradient(nudged(x, variant, Box(objective.bounds())), moved);
    for (std::size_t i = 0; i < n; ++i) {
      const double change = std::abs(moved[i] - gradient[i]);
      if (std::isfinite(change)) result[i] = std::max(result[i], change);
    }
  }
  if (objective.capabilities().gradient == Derivatives::differences && std::isfinite(value)) {
    for (std::size_t i = 0; i < n; ++i) {  // rounding of f over the step of the differences
      const double step = x[i] == 0 ? 0x1p-17 : 0x1p-17 * std::abs(x[i]);
      result[i] += 2 * std::numeric_limits<double>::epsilon() * std::abs(value) / step;
      if (!hessian.empty()) result[i] += 0x1p-30 * std::abs(hessian[i * n + i]) * std::abs(x[i]);
    }
  }
  return result;
}

}  // namespace downhill::optimize
