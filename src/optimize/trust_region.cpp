#include "optimize/trust_region.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

std::vector<double> shifted_step(std::span<const double> curvatures, std::span<const double> gradient, double shift) {
  std::vector<double> step(gradient.size());
  for (std::size_t k = 0; k < step.size(); ++k) {
    step[k] = gradient[k] == 0 ? 0.0 : -gradient[k] / (curvatures[k] + shift);
  }
  return step;
}

// d/dshift of |p|, from p_k = -g_k / (λ_k + shift): -Σ p_k² / (λ_k + shift) / |p|.
double slope_of_length(std::span<const double> curvatures, std::span<const double> step, double shift, double length) {
  double sum = 0;
  for (std::size_t k = 0; k < step.size(); ++k) {
    if (step[k] != 0) sum += (step[k] / length) * (step[k] / (curvatures[k] + shift));
  }
  return -sum;
}

}  // namespace

std::vector<double> above_rounding(std::span<const double> eigenvalues) {
  std::vector<double> result(eigenvalues.begin(), eigenvalues.end());
  if (result.empty()) return result;
  const double size = std::max(std::abs(result.front()), std::abs(result.back()));
  const double rounding = 4 * static_cast<double>(result.size()) * std::numeric_limits<double>::epsilon() * size;
  for (double& curvature : result) curvature = std::abs(curvature) < rounding ? rounding : curvature;
  return result;
}

std::vector<double> trust_region_step(std::span<const double> curvatures, std::span<const double> gradient,
                                      double radius) {
  const double lowest = curvatures.front();
  const double size = std::max(std::abs(lowest), std::abs(curvatures.back()));
  const double steepest = norm(gradient);
  if (lowest > 0) {
    std::vector<double> step = shifted_step(curvatures, gradient, 0);
    if (norm(step) <= radius) return step;
  }
  // From here on |p| = radius (or the gradient is 0 and so is every way down but the negative curvature).
  double low = std::max(0.0, -lowest);    // here the step is too long, or the hard case
  double high = low + steepest / radius;  // here it is not: |p| <= |g| / (λ_0 + shift)
  const double gap = std::numeric_limits<double>::epsilon() * std::max(size, high);
  std::vector<double> step = shifted_step(curvatures, gradient, low + gap);
  const double length_at_low = norm(step);
  if (!(length_at_low > radius)) {
    // The hard case: the gradient has (almost) nothing along the lowest curvature. Go along it to the boundary.
    if (lowest <= 0) {
      double rest = 0;
      for (std::size_t k = 1; k < step.size(); ++k) rest += (step[k] / radius) * (step[k] / radius);
      const double along = radius * std::sqrt(std::max(0.0, 1 - rest));
      step[0] = gradient[0] > 0 ? -along : along;
    }
    return step;
  }
  double shift = low + gap;
  for (int iteration = 0; iteration < 100; ++iteration) {
    step = shifted_step(curvatures, gradient, shift);
    const double length = norm(step);
    if (std::abs(length - radius) <= 1e-3 * radius) break;
    (length > radius ? low : high) = shift;
    // Newton on 1/radius - 1/|p|, which is nearly linear in the shift.
    const double slope = slope_of_length(curvatures, step, shift, length);
    double next = shift - (length / radius) * ((length - radius) / slope);
    if (!(next > low && next < high)) next = low + 0.5 * (high - low);
    if (next == shift) break;
    shift = next;
  }
  return step;
}

}  // namespace downhill::optimize
