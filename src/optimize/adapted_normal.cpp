#include "optimize/adapted_normal.hpp"

#include <algorithm>
#include <cmath>

#include "ir/scalar.hpp"
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/norms.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill::optimize {

namespace {

constexpr double worst_balance = 1e6;  // of the variances of two variables

}  // namespace

Recombination::Recombination(std::size_t n, std::size_t lambda) : parents(lambda / 2), weights(lambda) {
  const auto size = static_cast<double>(n), count = static_cast<double>(lambda);
  double upper = 0, upper_squares = 0, lower = 0, lower_squares = 0;
  for (std::size_t i = 0; i < lambda; ++i) {  // eq. 49
    const double w = scalar::log((count + 1) / 2) - scalar::log(static_cast<double>(i + 1));
    weights[i] = w;
    (i < parents ? upper : lower) += w;
    (i < parents ? upper_squares : lower_squares) += w * w;
  }
  effective = upper * upper / upper_squares;
  const double lower_effective = lower_squares > 0 ? lower * lower / lower_squares : 0;
  step_rate = (effective + 2) / (size + effective + 5);
  step_damping = 1 + 2 * std::max(0.0, std::sqrt((effective - 1) / (size + 1)) - 1) + step_rate;
  path_rate = (4 + effective / size) / (size + 4 + 2 * effective / size);
  rank_one = 2 / ((size + 1.3) * (size + 1.3) + effective);
  rank_mu = std::min(1 - rank_one, 2 * (0.25 + effective + 1 / effective - 2) / ((size + 2) * (size + 2) + effective));
  // eq. 50-53
  double negative = std::min(1 + rank_one / rank_mu, 1 + 2 * lower_effective / (effective + 2));
  negative = std::min(negative, (1 - rank_one - rank_mu) / (size * rank_mu));
  for (double& w : weights) {
    w *= w >= 0 ? 1 / upper : negative / std::abs(lower);
    sum += w;
  }
}

AdaptedNormal::AdaptedNormal(std::span<const double> center, std::span<const double> units, double first_sigma)
    : mean(center.begin(), center.end()), unit(units.begin(), units.end()), sigma(first_sigma) {
  const std::size_t n = mean.size();
  covariance.assign(n * n, 0.0);
  for (std::size_t i = 0; i < n; ++i) covariance[i * n + i] = 1;
  axes = covariance;
  widths.assign(n, 1.0);
  path.assign(n, 0.0);
  step_path.assign(n, 0.0);
}

void AdaptedNormal::combine(std::span<const double> v, std::span<const double> scales, std::span<double> result) const {
  const std::size_t n = mean.size();
  std::ranges::fill(result, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    const double factor = scales.empty() ? v[k] : v[k] * scales[k];
    for (std::size_t i = 0; i < n; ++i) result[i] += factor * axes[k * n + i];
  }
}

void AdaptedNormal::draw(Batch& batch, std::vector<double>& normals, Draws& draws) const {
  const std::size_t n = mean.size();
  normals.resize(batch.size() * n);
  for (double& z : normals) z = draws.normal();
  for (std::size_t k = 0; k < batch.size(); ++k) {  // eq. 38-40
    combine(std::span(normals).subspan(k * n, n), widths, batch[k]);
    for (std::size_t i = 0; i < n; ++i) batch[k][i] = mean[i] + sigma * unit[i] * batch[k][i];
  }
}

void AdaptedNormal::adapt(const Recombination& by, std::span<const double> normals,
                          std::span<const std::uint64_t> order) {
  const std::size_t n = mean.size();
  const auto size = static_cast<double>(n);
  ++generation;
  const auto normal = [&](std::size_t i) { return normals.subspan(order[i] * n, n); };
  std::vector<double> average(n, 0.0), step(n), whitened(n), y(n);
  for (std::size_t i = 0; i < by.parents; ++i) {
    for (std::size_t j = 0; j < n; ++j) average[j] += by.weights[i] * normal(i)[j];
  }
  combine(average, widths, step);                                            // <y>_w, eq. 41
  combine(average, {}, whitened);                                            // C^(-1/2) <y>_w
  for (std::size_t i = 0; i < n; ++i) mean[i] += sigma * unit[i] * step[i];  // eq. 42

  const double step_gain = std::sqrt(by.step_rate * (2 - by.step_rate) * by.effective);
  for (std::size_t i = 0; i < n; ++i) {  // eq. 43
    step_path[i] = (1 - by.step_rate) * step_path[i] + step_gain * whitened[i];
  }
  const double expected = std::sqrt(size) * (1 - 1 / (4 * size) + 1 / (21 * size * size));
  const double length = norm(step_path);
  double faded = 1;  // (1 - c_sigma)^(2 generations)
  for (std::uint64_t g = 0; g < generation && faded > 1e-20; ++g) faded *= (1 - by.step_rate) * (1 - by.step_rate);
  const bool is_short = length / std::sqrt(1 - faded) < (1.4 + 2 / (size + 1)) * expected;
  const double path_gain = is_short ? std::sqrt(by.path_rate * (2 - by.path_rate) * by.effective) : 0;
  for (std::size_t i = 0; i < n; ++i) path[i] = (1 - by.path_rate) * path[i] + path_gain * step[i];  // eq. 45

  const double lost = is_short ? 0 : by.path_rate * (2 - by.path_rate);
  const double kept = 1 + by.rank_one * lost - by.rank_one - by.rank_mu * by.sum;
  for (std::size_t i = 0; i < n; ++i) {  // eq. 47
    for (std::size_t j = 0; j <= i; ++j) {
      covariance[i * n + j] = kept * covariance[i * n + j] + by.rank_one * path[i] * path[j];
    }
  }
  for (std::size_t k = 0; k < by.weights.size(); ++k) {
    combine(normal(k), widths, y);
    double weight = by.weights[k];
    if (weight < 0) weight *= size / dot(normal(k), normal(k));  // eq. 46
    for (std::size_t i = 0; i < n; ++i) {
      const double factor = by.rank_mu * weight * y[i];
      for (std::size_t j = 0; j <= i; ++j) covariance[i * n + j] += factor * y[j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < i; ++j) covariance[j * n + i] = covariance[i * n + j];
  }
  const double growth = by.step_rate / by.step_damping * (length / expected - 1);
  sigma *= scalar::exp(std::min(growth, 1.0));  // eq. 44
}

void AdaptedNormal::balance() {
  const std::size_t n = mean.size();
  double least = covariance[0], most = covariance[0];
  for (std::size_t i = 1; i < n; ++i) {
    least = std::min(least, covariance[i * n + i]);
    most = std::max(most, covariance[i * n + i]);
  }
  if (!(least > 0) || most <= worst_balance * least) return;
  std::vector<int> exponents(n);
  for (std::size_t i = 0; i < n; ++i) exponents[i] = std::ilogb(covariance[i * n + i]) >> 1;
  for (std::size_t i = 0; i < n; ++i) {
    unit[i] = std::ldexp(unit[i], exponents[i]);
    path[i] = std::ldexp(path[i], -exponents[i]);
    for (std::size_t j = 0; j < n; ++j) {
      covariance[i * n + j] = std::ldexp(covariance[i * n + j], -exponents[i] - exponents[j]);
    }
  }
}

void AdaptedNormal::decompose(const Recombination& by) {
  const std::size_t n = mean.size();
  const double age = static_cast<double>(generation - decomposed);
  if (age * (by.rank_one + by.rank_mu) * static_cast<double>(n) * 10 < 1 || !is_finite(covariance)) return;  // B.2
  balance();
  EigenDecomposition eigen = eigen_decomposition(covariance, n);
  axes = std::move(eigen.vectors);
  for (std::size_t k = 0; k < n; ++k) widths[k] = std::sqrt(std::max(eigen.values[k], 0.0));
  decomposed = generation;
}

double AdaptedNormal::condition() const {
  const auto [least, most] = std::ranges::minmax(widths);
  return (most / least) * (most / least);
}

bool AdaptedNormal::is_small(std::span<const double> lengths, double relative) const {
  const std::size_t n = mean.size();
  for (std::size_t i = 0; i < n; ++i) {
    const double spread = std::max(std::abs(path[i]), std::sqrt(covariance[i * n + i]));
    if (!is_negligible(sigma * unit[i] * spread, mean[i], lengths[i], relative)) return false;
  }
  return true;
}

bool AdaptedNormal::is_without_effect() const {
  const std::size_t n = mean.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (mean[i] + 0.2 * sigma * unit[i] * std::sqrt(covariance[i * n + i]) == mean[i]) return true;
  }
  for (std::size_t k = 0; k < n; ++k) {
    bool is_lost = true;
    for (std::size_t i = 0; i < n && is_lost; ++i) {
      is_lost = mean[i] + 0.1 * sigma * unit[i] * widths[k] * axes[k * n + i] == mean[i];
    }
    if (is_lost) return true;
  }
  return false;
}

}  // namespace downhill::optimize
