#include "optimize/curvature_frame.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"
#include "optimize/rounding.hpp"

namespace downhill::optimize {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
// A curvature is known if it is so much above what rounding makes of it.
constexpr double above_rounding = 256;

// n*n: uᵀ H v for all pairs of columns, in the scale of the Hessian.
std::vector<double> forms(const HessianScale& scale, std::span<const double> columns, Objective& objective,
                          std::span<const double> x) {
  const std::size_t n = x.size();
  std::vector<double> result(n * n), product(n);
  for (std::size_t k = 0; k < n; ++k) {
    objective.hessian_vector(x, scale.unscale_step(columns.subspan(k * n, n)), product);
    const std::vector<double> scaled = scale.scale_gradient(product);
    for (std::size_t j = 0; j < n; ++j) result[j * n + k] = dot(columns.subspan(j * n, n), scaled);
  }
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) {
      result[j * n + k] = result[k * n + j] = 0.5 * (result[j * n + k] + result[k * n + j]);
    }
  }
  return result;
}

double spectral_norm(std::span<const double> matrix, std::size_t n) {
  const std::vector<double> values = eigenvalues(matrix, n);
  return std::max(std::abs(values.front()), std::abs(values.back()));
}

}  // namespace

CurvatureFrame::CurvatureFrame(std::span<const double> hessian, std::span<const double> x) : scale_(hessian, x) {
  matrix_ = scale_.scale_matrix(hessian);
  for (const double entry : matrix_) largest_ = std::max(largest_, std::abs(entry));
  largest_ *= static_cast<double>(x.size());
}

std::optional<CurvatureFrame> CurvatureFrame::along(const EigenDecomposition& eigen, Objective& objective,
                                                    std::span<const double> x) const {
  const std::size_t n = size();
  CurvatureFrame result = *this;
  result.columns_.clear();
  for (std::size_t k = 0; k < n; ++k) {
    const std::vector<double> column = columns_times(eigen.vector(k));
    result.columns_.insert(result.columns_.end(), column.begin(), column.end());
  }
  // The same where x and the columns are moved in their last digits tells what rounding makes of it.
  std::vector<double> moved;
  for (std::size_t k = 0; k < n; ++k) {
    const std::vector<double> column = nudged(std::span(result.columns_).subspan(k * n, n), 1, Box(nullptr));
    moved.insert(moved.end(), column.begin(), column.end());
  }
  const std::vector<double> here = forms(scale_, result.columns_, objective, x);
  const std::vector<double> there = forms(scale_, moved, objective, nudged(x, 1, Box(objective.bounds())));
  if (!is_finite(here) || !is_finite(there)) return std::nullopt;
  // What the last digits of a direction have of the largest curvature.
  const double share = 8 * static_cast<double>(n) * epsilon;
  std::vector<double> length(n);
  double floor = 0;
  for (std::size_t k = 0; k < n; ++k) {
    const std::span<double> column = std::span(result.columns_).subspan(k * n, n);
    const double size = norm(column), own = std::abs(here[k * n + k]),
                 change = std::abs(there[k * n + k] - here[k * n + k]);
    const double least = largest_ * (share * size) * (share * size);
    const double unknown = above_rounding * std::max(change, least);
    const double curvature = std::max(own, unknown);
    length[k] = curvature > 0 ? 1 / std::sqrt(curvature) : 1.0;
    if (curvature > 0) floor = std::max(floor, unknown / curvature);
    for (double& entry : column) entry *= length[k];
  }
  std::vector<double> difference(n * n);
  result.matrix_.resize(n * n);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < n; ++k) {
      result.matrix_[j * n + k] = here[j * n + k] * length[j] * length[k];
      difference[j * n + k] = (there[j * n + k] - here[j * n + k]) * length[j] * length[k];
    }
  }
  if (!is_finite(result.matrix_) || !is_finite(difference)) return std::nullopt;
  result.rounding_ = std::max(4 * spectral_norm(difference, n), floor / 16);
  return result;
}

std::vector<double> CurvatureFrame::matrix_at(Objective& objective, std::span<const double> x) const {
  if (!columns_.empty()) return forms(scale_, columns_, objective, x);
  std::vector<double> hessian(size() * size());
  objective.hessian(x, hessian);
  return scale_.scale_matrix(hessian);
}

std::vector<double> CurvatureFrame::gradient(std::span<const double> of_x) const {
  std::vector<double> scaled = scale_.scale_gradient(of_x);
  if (columns_.empty()) return scaled;
  const std::size_t n = size();
  std::vector<double> result(n);
  for (std::size_t k = 0; k < n; ++k) result[k] = dot(std::span(columns_).subspan(k * n, n), scaled);
  return result;
}

double CurvatureFrame::noise_along(std::span<const double> z, std::span<const double> noise) const {
  const std::vector<double> along = columns_times(z), scaled = scale_.scale_gradient(noise);
  double result = 0;
  for (std::size_t i = 0; i < scaled.size(); ++i) result += std::abs(along[i]) * scaled[i];
  return result;
}

std::vector<double> CurvatureFrame::step(std::span<const double> z) const {
  return scale_.unscale_step(columns_times(z));
}

std::vector<double> CurvatureFrame::direction(std::span<const double> z) const {
  std::vector<double> result = columns_times(z);
  if (columns_.empty()) return scale_.unscale_step(result);
  const double size = norm(result);
  for (double& entry : result) entry /= size;
  orient(result);
  return scale_.unscale_step(result);
}

double CurvatureFrame::length(std::span<const double> z) const {
  return columns_.empty() ? 1.0 : norm(columns_times(z));
}

std::vector<double> CurvatureFrame::columns_times(std::span<const double> z) const {
  if (columns_.empty()) return {z.begin(), z.end()};
  const std::size_t n = size();
  std::vector<double> result(n, 0.0);
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) result[i] += columns_[k * n + i] * z[k];
  }
  return result;
}

}  // namespace downhill::optimize
