#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/curvature.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/rounding.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill::optimize {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();

double frobenius_distance(std::span<const double> a, std::span<const double> b) {
  std::vector<double> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  return norm(difference);
}

// The spectral norm of a - b, or infinity when b is not finite. A bound on it will do where that is at most `enough`.
double spectral_distance(std::span<const double> a, std::span<const double> b, std::size_t n, double enough) {
  if (!is_finite(b)) return std::numeric_limits<double>::infinity();
  const double bound = frobenius_distance(a, b);
  if (bound <= enough) return bound;
  std::vector<double> difference(a.size());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = a[i] - b[i];
  const std::vector<double> values = eigenvalues(difference, n);
  return std::max(std::abs(values.front()), std::abs(values.back()));
}

// By how much each eigenvalue of a may differ from one of b. To orthonormal directions V of a belong as many eigenvalues of b within
// |(b - a) V| of theirs (Kahan; Parlett, The Symmetric Eigenvalue Problem, 11.5): taken over those directions that change by less than a
// quarter. Infinity for the others, beside which one that bends hides no other that is straight.
std::vector<double> changes_along(const EigenDecomposition& eigen, std::span<const double> a,
                                  std::span<const double> b) {
  const std::size_t n = eigen.values.size();
  std::vector<double> difference(a.size()), result(n, std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < a.size(); ++i) difference[i] = b[i] - a[i];
  double squares = 0;
  std::vector<std::size_t> straight;
  for (std::size_t k = 0; k < n; ++k) {
    double moved = 0;
    for (std::size_t i = 0; i < n; ++i) {
      const double entry = dot(std::span(difference).subspan(i * n, n), eigen.vector(k));
      moved += entry * entry;
    }
    if (!(std::sqrt(moved) < 0.25 * std::abs(eigen.values[k]))) continue;
    squares += moved;
    straight.push_back(k);
  }
  for (const std::size_t k : straight) result[k] = std::sqrt(squares);
  return result;
}

}  // namespace

double relative_error(const Capabilities& capabilities, std::size_t n) {
  if (capabilities.hessian == Derivatives::exact) return 8 * static_cast<double>(n) * epsilon;
  return capabilities.gradient == Derivatives::exact ? 1e-7 : 1e-3;
}

Curvature dense_curvature(Objective& objective, std::span<const double> x, std::span<const double> gradient,
                          std::span<const double> gradient_noise, std::span<const double> hessian) {
  const std::size_t n = x.size();
  Curvature result;
  result.size = n;
  if (!is_finite(hessian)) return result;
  result.is_known = true;
  const ScaledHessian scaled(hessian, x);
  const EigenDecomposition eigen = eigen_decomposition(scaled.matrix(), n);
  result.unit = scaled.unscale_step(std::vector<double>(n, 1.0));
  if (std::ranges::count(result.unit, result.unit.front()) == static_cast<std::ptrdiff_t>(n)) {
    result.smallest = scaled.unscale_value(eigen.values.front()) / result.unit.front() / result.unit.front();
    result.largest = scaled.unscale_value(eigen.values.back()) / result.unit.front() / result.unit.front();
  } else {
    const std::vector<double> raw = eigenvalues(hessian, n);
    result.smallest = raw.front();
    result.largest = raw.back();
  }
  const double relative = relative_error(objective.capabilities(), n);
  result.rounding = relative * std::max(std::abs(result.smallest), std::abs(result.largest));

  // How well the eigenvalues of the scaled Hessian are known: rounding in their computation, and in the Hessian itself.
  std::vector<double> other(n * n);
  const Box box(objective.bounds());
  objective.hessian(nudged(x, 0, box), other);
  double error = relative * std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
  if (is_finite(other)) error = std::max(error, frobenius_distance(scaled.matrix(), scaled.scale_matrix(other)));

  const std::vector<double> slopes = eigen.coordinates(scaled.scale_gradient(gradient));
  const std::vector<double> scaled_noise = scaled.scale_gradient(gradient_noise);
  std::vector<double> next(n), settled(n), noise(n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) noise[k] += std::abs(eigen.vector(k)[i]) * scaled_noise[i];
    const double curvature = std::max(std::abs(eigen.values[k]), error);
    next[k] = slopes[k] == 0 || curvature == 0 ? 0 : -slopes[k] / curvature;
    settled[k] = std::abs(slopes[k]) > 4 * noise[k] ? next[k] : 0;
    if (curvature == 0 && settled[k] == 0 && std::abs(slopes[k]) > 4 * noise[k]) {
      settled[k] = std::numeric_limits<double>::infinity();
    }
  }
  result.newton_step = scaled.unscale_step(eigen.combine(settled));

  // The change over the next Newton step.
  result.whole_step = scaled.unscale_step(eigen.combine(next));
  std::vector<double> ahead = result.whole_step;
  for (std::size_t i = 0; i < n; ++i) ahead[i] += x[i];
  box.project(ahead);
  double change = 0;
  std::vector<double> changes;  // by direction, where those of all together leave doubt
  if (!std::equal(ahead.begin(), ahead.end(), x.begin())) {
    change = std::numeric_limits<double>::infinity();
    if (is_finite(ahead)) {
      objective.hessian(ahead, other);
      double least = std::abs(eigen.values.front());
      for (const double value : eigen.values) least = std::min(least, std::abs(value));
      const std::vector<double> there = scaled.scale_matrix(other);
      change = spectral_distance(scaled.matrix(), there, n, 0.2 * least);
      if (std::isfinite(change) && change > 0.2 * least) changes = changes_along(eigen, scaled.matrix(), there);
    }
  }
  if (eigen.values.front() < -error) result.perhaps_downward = scaled.unscale_step(eigen.vector(0));
  for (std::size_t k = 0; k < n; ++k) {
    const double size = std::abs(eigen.values[k]);
    const double least_change = changes.empty() ? change : std::min(change, changes[k]);
    if (!(size > error && least_change < 0.25 * size)) {
      ++result.doubtful;
      if (size <= error) ++result.flat;
      settled[k] = 0;
      const auto direction = eigen.vector(k);
      result.flat_directions.push_back(scaled.unscale_step(direction));
    } else if (eigen.values[k] > 0) {
      ++result.positive;
    } else {
      if (++result.negative == 1) {
        result.downward = scaled.unscale_step(eigen.vector(k));
        result.downward_curvature = eigen.values[k] / scaled.scale_value(1);
        result.downward_noise = noise[k] / scaled.scale_value(1);
      }
    }
  }
  if (result.doubtful > 0) result.decided_step = scaled.unscale_step(eigen.combine(settled));
  return result;
}

}  // namespace downhill::optimize
