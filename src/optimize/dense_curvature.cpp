#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

#include "optimize/curvature.hpp"
#include "optimize/curvature_frame.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/rounding.hpp"

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

double largest_size(const EigenDecomposition& eigen) {
  return std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
}

std::ptrdiff_t count_flat(const EigenDecomposition& eigen, double error) {
  return std::ranges::count_if(eigen.values, [&](double value) { return std::abs(value) <= error; });
}

// Where curvatures are looked at, and how well they are known there.
struct View {
  CurvatureFrame frame;
  EigenDecomposition eigen;
  double error = 0;  // of the eigenvalues: rounding in their computation, and in the Hessian itself
};

View plain_view(Objective& objective, std::span<const double> x, std::span<const double> hessian) {
  const CurvatureFrame frame(hessian, x);
  View view{frame, eigen_decomposition(frame.matrix(), x.size())};
  const std::vector<double> other = frame.matrix_at(objective, nudged(x, 0, Box(objective.bounds())));
  view.error = relative_error(objective.capabilities(), x.size()) * largest_size(view.eigen);
  if (is_finite(other)) view.error = std::max(view.error, frobenius_distance(frame.matrix(), other));
  return view;
}

// Along the eigenvectors where that leaves fewer eigenvalues within rounding; those that are left mix, so that once may not be enough.
void sharpen(View& view, Objective& objective, std::span<const double> x) {
  constexpr int most_times = 3;
  const Capabilities& has = objective.capabilities();
  if (has.hessian != Derivatives::exact || has.is_supplied) return;
  for (int k = 0; k < most_times && count_flat(view.eigen, view.error) > 0 && largest_size(view.eigen) > 0; ++k) {
    const std::optional<CurvatureFrame> frame = view.frame.along(view.eigen, objective, x);
    if (!frame) return;
    View next{*frame, eigen_decomposition(frame->matrix(), x.size())};
    next.error = std::max(relative_error(has, x.size()) * largest_size(next.eigen), frame->rounding());
    if (count_flat(next.eigen, next.error) >= count_flat(view.eigen, view.error)) return;
    view = std::move(next);
  }
}

// How far the derivatives along the eigenvectors are rounding, from that of the gradient.
std::vector<double> slope_noise(const View& view, std::span<const double> gradient_noise) {
  std::vector<double> result;
  for (std::size_t k = 0; k < view.eigen.size(); ++k) {
    result.push_back(view.frame.noise_along(view.eigen.vector(k), gradient_noise));
  }
  return result;
}

// The same as it is seen where x is moved in its last digits: along a sharpened direction it is far less than across.
std::vector<double> slope_changes(const View& view, Objective& objective, std::span<const double> x,
                                  std::span<const double> slopes) {
  std::vector<double> result(x.size(), 0.0), gradient(x.size());
  for (unsigned variant = 0; variant < 3; ++variant) {
    objective.value_and_gradient(nudged(x, variant, Box(objective.bounds())), gradient);
    if (!is_finite(gradient)) continue;
    const std::vector<double> there = view.eigen.coordinates(view.frame.gradient(gradient));
    for (std::size_t k = 0; k < result.size(); ++k) result[k] = std::max(result[k], std::abs(there[k] - slopes[k]));
  }
  return result;
}

// The smallest eigenvalue of a positive definite Hessian, as the largest of its inverse Σ v vᵀ / λ.
double smallest_of(const View& view) {
  const std::size_t n = view.frame.size();
  std::vector<double> inverse(n * n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    const std::vector<double> v = view.frame.step(view.eigen.vector(k));
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) inverse[i * n + j] += v[i] * v[j] / view.eigen.values[k];
    }
  }
  return is_finite(inverse) ? view.frame.scale().unscale_value(1 / eigenvalues(inverse, n).back()) : 0.0;
}

// The signs of the curvatures in a view of them. Where rounding hides the derivative along a sharpened direction, what it may be counts.
void classify(Curvature& result, const View& view, Objective& objective, std::span<const double> x,
              std::span<const double> gradient, std::span<const double> gradient_noise) {
  const std::size_t n = x.size();
  const auto& [frame, eigen, error] = view;
  const HessianScale& scale = frame.scale();
  const bool is_sharp = frame.rounding() > 0;
  const std::vector<double> slopes = eigen.coordinates(frame.gradient(gradient));
  const std::vector<double> noise =
      is_sharp ? slope_changes(view, objective, x, slopes) : slope_noise(view, gradient_noise);
  std::vector<double> next(n), settled(n), reach(n);
  for (std::size_t k = 0; k < n; ++k) {
    const double curvature = std::max(std::abs(eigen.values[k]), error);
    next[k] = slopes[k] == 0 || curvature == 0 ? 0 : -slopes[k] / curvature;
    reach[k] = is_sharp ? std::copysign(std::max(std::abs(slopes[k]), 4 * noise[k]) / curvature, next[k]) : next[k];
    settled[k] = std::abs(slopes[k]) > 4 * noise[k] ? next[k] : 0;
    if (curvature == 0 && settled[k] == 0 && std::abs(slopes[k]) > 4 * noise[k]) {
      settled[k] = std::numeric_limits<double>::infinity();
    }
  }
  result.newton_step = frame.step(eigen.combine(settled));

  // The change over the next Newton step, or over what rounding leaves open of it.
  result.whole_step = frame.step(eigen.combine(next));
  std::vector<double> ahead = frame.step(eigen.combine(reach));
  for (std::size_t i = 0; i < n; ++i) ahead[i] += x[i];
  Box(objective.bounds()).project(ahead);
  double change = 0;
  std::vector<double> changes;  // by direction, where those of all together leave doubt
  if (!std::equal(ahead.begin(), ahead.end(), x.begin())) {
    change = std::numeric_limits<double>::infinity();
    if (is_finite(ahead)) {
      const std::vector<double> there = frame.matrix_at(objective, ahead);
      double least = std::abs(eigen.values.front());
      for (const double value : eigen.values) least = std::min(least, std::abs(value));
      change = spectral_distance(frame.matrix(), there, n, 0.2 * least);
      if (std::isfinite(change) && change > 0.2 * least) changes = changes_along(eigen, frame.matrix(), there);
    }
  }
  if (eigen.values.front() < -error) result.perhaps_downward = frame.direction(eigen.vector(0));
  for (std::size_t k = 0; k < n; ++k) {
    const double size = std::abs(eigen.values[k]);
    const double least_change = changes.empty() ? change : std::min(change, changes[k]);
    if (!(size > error && least_change < 0.25 * size)) {
      ++result.doubtful;
      if (size <= error) ++result.flat;
      settled[k] = 0;
      result.flat_directions.push_back(frame.direction(eigen.vector(k)));
    } else if (eigen.values[k] > 0) {
      ++result.positive;
    } else {
      if (++result.negative == 1) {
        const double length = frame.length(eigen.vector(k));
        result.downward = frame.direction(eigen.vector(k));
        result.downward_curvature = eigen.values[k] / scale.scale_value(1) / (length * length);
        result.downward_noise = noise[k] / scale.scale_value(1) / length;
      }
    }
  }
  if (result.doubtful > 0) result.decided_step = frame.step(eigen.combine(settled));
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
  View view = plain_view(objective, x, hessian);
  const HessianScale scale = view.frame.scale();
  result.unit = scale.unscale_step(std::vector<double>(n, 1.0));
  if (std::ranges::count(result.unit, result.unit.front()) == static_cast<std::ptrdiff_t>(n)) {
    const double square = result.unit.front() * result.unit.front();
    result.smallest = scale.unscale_value(view.eigen.values.front()) / square;
    result.largest = scale.unscale_value(view.eigen.values.back()) / square;
  } else {
    const std::vector<double> raw = eigenvalues(hessian, n);
    result.smallest = raw.front();
    result.largest = raw.back();
  }
  result.rounding =
      relative_error(objective.capabilities(), n) * std::max(std::abs(result.smallest), std::abs(result.largest));
  Curvature plain = result;
  classify(plain, view, objective, x, gradient, gradient_noise);
  if (plain.flat == 0) return plain;
  sharpen(view, objective, x);
  if (view.frame.rounding() == 0 || count_flat(view.eigen, view.error) > 0) return plain;
  // What leaves a doubt all the same is no better than what has cost less.
  classify(result, view, objective, x, gradient, gradient_noise);
  if (result.doubtful > 0) return plain;
  result.is_sharp = true;
  if (view.eigen.values.front() > view.error) result.smallest = smallest_of(view);
  return result;
}

}  // namespace downhill::optimize
