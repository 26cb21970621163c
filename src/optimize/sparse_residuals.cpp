#include "optimize/sparse_residuals.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "analysis/colouring.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double least_ratio_of_pivots = 1e-11;
constexpr double rounding = 1024 * epsilon;  // of JᵀJ
constexpr double accuracy = 0.1;             // of the length of a damped step
constexpr int most_shifts = 20;

// Of JᵀJ, with the whole diagonal.
analysis::SparsityPattern pattern_of_product(const analysis::SparsityPattern& rows,
                                             const analysis::SparsityPattern& columns) {
  analysis::SparsityPattern result;
  result.columns = columns.rows();
  std::vector<std::uint32_t> seen_by(columns.rows(), std::numeric_limits<std::uint32_t>::max());
  for (std::uint32_t j = 0; j < columns.rows(); ++j) {
    const std::size_t first = result.entries.size();
    seen_by[j] = j;
    result.entries.push_back(j);
    for (const std::uint32_t i : columns.row(j)) {
      for (const std::uint32_t k : rows.row(i)) {
        if (seen_by[k] == j) continue;
        seen_by[k] = j;
        result.entries.push_back(k);
      }
    }
    std::sort(result.entries.begin() + static_cast<std::ptrdiff_t>(first), result.entries.end());
    result.begin.push_back(result.entries.size());
  }
  return result;
}

}  // namespace

SparseResiduals::SparseResiduals(const analysis::SparsityPattern& jacobian)
    : jacobian_(jacobian),
      columns_(analysis::transposed(jacobian)),
      product_(pattern_of_product(jacobian, columns_)),
      factors_(std::make_unique<SparseFactors>(product_)) {
  std::vector<std::size_t> next(columns_.begin.begin(), columns_.begin.end() - 1);
  places_.resize(jacobian.entries.size());
  for (std::size_t k = 0; k < jacobian.entries.size(); ++k) places_[next[jacobian.entries[k]]++] = k;
  matrix_ = {&product_, std::vector<double>(product_.entries.size())};
  row_.assign(jacobian.columns, 0.0);
}

void SparseResiduals::set(std::span<const double> entries, std::span<const double> residuals,
                          std::span<const double> scale) {
  entries_.assign(entries.begin(), entries.end());
  for (std::size_t k = 0; k < entries_.size(); ++k) entries_[k] /= scale[jacobian_.entries[k]];
  residuals_.assign(residuals.begin(), residuals.end());
  gradient_.assign(scale.size(), 0.0);
  add_transposed(residuals_, gradient_);
  multiply_by_itself();
  solve();
}

// Row j of the product is the sum of the rows of J where column j has an entry, each times that entry.
void SparseResiduals::multiply_by_itself() {
  for (std::uint32_t j = 0; j < columns_.rows(); ++j) {
    for (std::size_t k = columns_.begin[j]; k < columns_.begin[j + 1]; ++k) {
      const std::uint32_t i = columns_.entries[k];
      const double factor = entries_[places_[k]];
      for (std::size_t l = jacobian_.begin[i]; l < jacobian_.begin[i + 1]; ++l) {
        row_[jacobian_.entries[l]] += factor * entries_[l];
      }
    }
    for (std::size_t k = product_.begin[j]; k < product_.begin[j + 1]; ++k) {
      matrix_.entries[k] = row_[product_.entries[k]];
      row_[product_.entries[k]] = 0;
    }
  }
}

std::vector<double> SparseResiduals::downhill() const {
  std::vector<double> step = factors_->solve(gradient_);
  for (double& entry : step) entry = -entry;
  return step;
}

void SparseResiduals::solve() {
  if (!factors_->factorise(matrix_, 0, least_ratio_of_pivots)) {
    for (double shift = rounding * matrix_.largest_row(); !factors_->factorise(matrix_, shift); shift *= 16) {
      if (!(shift > 0) || !std::isfinite(shift)) {
        gauss_newton_.assign(size(), 0.0);
        return;
      }
    }
    gauss_newton_ = downhill();
    return;
  }
  gauss_newton_ = downhill();
  std::vector<double> rest = times(gauss_newton_);
  for (std::size_t i = 0; i < rest.size(); ++i) rest[i] += residuals_[i];
  std::vector<double> slope(size(), 0.0);
  add_transposed(rest, slope);
  const std::vector<double> more = factors_->solve(slope);
  if (!is_finite(more)) return;
  for (std::size_t i = 0; i < more.size(); ++i) gauss_newton_[i] -= more[i];
}

double SparseResiduals::fall(std::span<const double> q) const {
  const std::vector<double> change = times(q);
  double fall = 0;
  for (std::size_t i = 0; i < change.size(); ++i) fall -= change[i] * (2 * residuals_[i] + change[i]);
  return fall;
}

void SparseResiduals::damped(double radius, std::vector<double>& q) {
  if (norm(gauss_newton_) <= radius) {
    q = gauss_newton_;
    return;
  }
  double low = 0, high = norm(gradient_) / radius;  // at high the step is surely short enough
  double shift = last_shift_ > 0 && last_shift_ < high ? last_shift_ : 1e-3 * high;
  for (int iteration = 0; iteration < most_shifts; ++iteration) {
    if (!factors_->factorise(matrix_, shift)) {
      low = shift;
      shift = std::max(std::sqrt(low) * std::sqrt(high), low + 0.01 * (high - low));
      continue;
    }
    q = downhill();
    last_shift_ = shift;
    const double length = norm(q);
    if (std::abs(length - radius) <= accuracy * radius) break;
    (length > radius ? low : high) = shift;
    const double slope = dot(q, factors_->solve(q)) / (length * length);
    double next = shift + (length / radius - 1) / slope;
    if (!(next > low && next < high)) next = std::max(std::sqrt(low) * std::sqrt(high), low + 0.01 * (high - low));
    if (!(next > low && next < high)) break;
    shift = next;
  }
  const double length = norm(q);
  if (!(length <= radius)) {
    for (double& entry : q) entry *= radius / length;
  }
}

double SparseResiduals::curvature_along(std::span<const double> v) const {
  const std::vector<double> image = times(v);
  return dot(image, image);
}

std::vector<double> SparseResiduals::times(std::span<const double> q) const {
  std::vector<double> result(jacobian_.rows());
  for (std::size_t i = 0; i < result.size(); ++i) {
    double sum = 0;
    for (std::size_t k = jacobian_.begin[i]; k < jacobian_.begin[i + 1]; ++k) {
      sum += entries_[k] * q[jacobian_.entries[k]];
    }
    result[i] = sum;
  }
  return result;
}

void SparseResiduals::add_transposed(std::span<const double> rows, std::vector<double>& sum) const {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (std::size_t k = jacobian_.begin[i]; k < jacobian_.begin[i + 1]; ++k) {
      sum[jacobian_.entries[k]] += entries_[k] * rows[i];
    }
  }
}

}  // namespace downhill::optimize
