#include "optimize/compact_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

using Index = Eigen::Index;

constexpr double epsilon = std::numeric_limits<double>::epsilon();

}  // namespace

CompactModel::CompactModel(const LimitedMemory& memory, const Box& box, std::span<const double> x,
                           std::span<const double> gradient)
    : n_(x.size()), gradient_(x.size()), lower_(x.size()), upper_(x.size()) {
  const LimitedMemory::Columns columns = memory.columns();
  step_exponent_ = columns.step_exponent;
  diagonal_.resize(n_);
  for (std::size_t i = 0; i < n_; ++i) {
    gradient_[i] = std::ldexp(gradient[i], -columns.change_exponent);
    lower_[i] = std::ldexp(box.lower(i) - x[i], -step_exponent_);
    upper_[i] = std::ldexp(box.upper(i) - x[i], -step_exponent_);
    diagonal_[i] = 1 / columns.diagonal[i];
  }
  const auto m = static_cast<Index>(columns.steps.size()), n = static_cast<Index>(n_);
  w_.resize(2 * m, n);
  for (Index k = 0; k < m; ++k) {
    const auto& step = columns.steps[static_cast<std::size_t>(k)];
    const auto& change = columns.changes[static_cast<std::size_t>(k)];
    for (Index i = 0; i < n; ++i) {
      const auto j = static_cast<std::size_t>(i);
      w_(k, i) = change[j];
      w_(m + k, i) = diagonal_[j] * step[j];
    }
  }
  middle_ = Matrix::Zero(2 * m, 2 * m);
  for (Index a = 0; a < m; ++a) {
    const auto& step = columns.steps[static_cast<std::size_t>(a)];
    const Eigen::Map<const Vector> s(step.data(), n);
    for (Index b = 0; b < m; ++b) {
      if (b < a) middle_(m + a, b) = middle_(b, m + a) = w_.row(b).dot(s);  // L
      if (b <= a) middle_(m + a, m + b) = middle_(m + b, m + a) = w_.row(m + b).dot(s);
    }
    middle_(a, a) = -w_.row(a).dot(s);
  }
  inverse_middle_.compute(middle_);
}

double CompactModel::gap(std::size_t i, double direction) const { return direction > 0 ? upper_[i] : lower_[i]; }

CompactModel::Step CompactModel::cauchy_step() const {
  const Index size = w_.rows();
  Step result{std::vector<double>(n_, 0.0), Vector::Zero(size), std::vector<bool>(n_, false)};
  std::vector<double> direction(n_, 0.0);
  struct Break {
    double t;
    std::size_t variable;
  };
  std::vector<Break> breaks;
  Vector image = Vector::Zero(size);  // Wᵀ direction
  double slope = 0, curvature = 0;
  for (std::size_t i = 0; i < n_; ++i) {
    if (gradient_[i] == 0) continue;
    const double way = -gradient_[i] / diagonal_[i];
    const double room = gap(i, way);
    if (room == 0) {
      result.is_held[i] = true;
      continue;
    }
    direction[i] = way;
    image += way * w_.col(static_cast<Index>(i));
    slope += gradient_[i] * way;
    curvature += diagonal_[i] * way * way;
    if (std::isfinite(room)) breaks.push_back({room / way, i});
  }
  const auto is_later = [](const Break& a, const Break& b) {
    return a.t > b.t || (a.t == b.t && a.variable > b.variable);
  };
  std::ranges::make_heap(breaks, is_later);
  const double first_curvature = curvature;
  curvature -= image.dot(inverse_middle_.solve(image));
  double t = 0;
  while (slope < 0) {
    curvature = std::max(curvature, epsilon * first_curvature);
    const double further = -slope / curvature;
    if (breaks.empty() || t + further < breaks.front().t) {
      for (std::size_t i = 0; i < n_; ++i) {
        if (direction[i] != 0) result.step[i] = (t + further) * direction[i];
      }
      result.image += further * image;
      return result;
    }
    const Break next = breaks.front();
    std::ranges::pop_heap(breaks, is_later);
    breaks.pop_back();
    const double passed = next.t - t;
    t = next.t;
    result.image += passed * image;
    const std::size_t b = next.variable;
    const double way = direction[b], z = gap(b, way);
    const Vector row = w_.col(static_cast<Index>(b));
    const Vector solved = inverse_middle_.solve(row);
    slope += passed * curvature - way * (gradient_[b] + diagonal_[b] * z - solved.dot(result.image));
    curvature += way * (2 * solved.dot(image) - way * (diagonal_[b] + solved.dot(row)));
    image -= way * row;
    direction[b] = 0;
    result.step[b] = z;
    result.is_held[b] = true;
  }
  for (std::size_t i = 0; i < n_; ++i) {
    if (direction[i] != 0) result.step[i] = t * direction[i];
  }
  return result;
}

// d = -(D_F - W_F K⁻¹ W_Fᵀ)⁻¹ r = -(r + W_F (K - W_Fᵀ D_F⁻¹ W_F)⁻¹ W_Fᵀ D_F⁻¹ r) / D_F, r the model's gradient at the Cauchy point.
std::vector<double> CompactModel::towards_minimum(const Step& from) const {
  const Vector follows = inverse_middle_.solve(from.image);
  std::vector<double> result(n_, 0.0);
  Matrix reduced = middle_;
  Vector right = Vector::Zero(w_.rows());
  for (std::size_t i = 0; i < n_; ++i) {
    if (from.is_held[i]) continue;
    const auto row = w_.col(static_cast<Index>(i));
    result[i] = (gradient_[i] + diagonal_[i] * from.step[i] - row.dot(follows)) / diagonal_[i];
    reduced.noalias() -= (row / diagonal_[i]) * row.transpose();
    right += result[i] * row;
  }
  const Vector solved = reduced.partialPivLu().solve(right);
  for (std::size_t i = 0; i < n_; ++i) {
    if (from.is_held[i]) continue;
    result[i] = -(result[i] + w_.col(static_cast<Index>(i)).dot(solved) / diagonal_[i]);
  }
  return result;
}

std::vector<double> CompactModel::way() const {
  const Step cauchy = cauchy_step();
  const std::vector<double> further = towards_minimum(cauchy);
  if (!is_finite(cauchy.step) || !is_finite(further)) return {};
  std::vector<double> result(n_);
  double slope = 0, cut = 1;
  for (std::size_t i = 0; i < n_; ++i) {
    const double end = cauchy.step[i] + further[i];
    result[i] = std::max(lower_[i], std::min(end, upper_[i]));
    slope += gradient_[i] * result[i];
    if (further[i] != 0 && end != result[i]) cut = std::min(cut, (result[i] - cauchy.step[i]) / further[i]);
  }
  if (!(slope < 0)) {
    for (std::size_t i = 0; i < n_; ++i) {
      const double end = cauchy.step[i] + std::max(cut, 0.0) * further[i];
      result[i] = std::max(lower_[i], std::min(end, upper_[i]));
    }
  }
  scale(result, step_exponent_);
  return result;
}

}  // namespace downhill::optimize
