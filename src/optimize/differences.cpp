#include <downhill/objective.hpp>

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "optimize/box.hpp"
#include "optimize/differences.hpp"
#include "optimize/norms.hpp"

// Central differences for what a loss lacks. The step is the power of two next to ε^(1/3) |x_i| (of 2^-17 where x_i is 0), which
// balances rounding against truncation for functions that vary over the scale of x (Nocedal & Wright 2006, section 8.1).
// Where a bound is nearer than the step, two points on its inner side take the place of those on both.
namespace downhill {

namespace {

using optimize::largest;

double step_at(double x) {
  const double size = std::abs(x);
  return std::ldexp(1.0, (size > 0 ? std::clamp(std::ilogb(size), -900, 900) : 0) - 17);
}

// The two points of a difference: x + a and x - a, or x + a and x + 2a. A step of 0: the bounds leave no other point.
struct Stencil {
  double step = 0;  // a
  enum class Sides : std::uint8_t { both, one } sides = Sides::both;

  [[nodiscard]] double second() const { return sides == Sides::both ? -step : 2 * step; }
  // The derivative from the values at the two points and at x itself.
  [[nodiscard]] double slope(double first, double second, double center) const {
    if (sides == Sides::both) return (first - second) / (2 * step);
    return step == 0 ? 0 : ((first - center) * 4 - (second - center)) / (2 * step);
  }
};

class DifferenceSource final : public LossSource {
 public:
  explicit DifferenceSource(std::shared_ptr<LossSource> inner)
      : inner_(std::move(inner)), n_(inner_->size()), known_(inner_->capabilities()), box_(inner_->bounds()) {
    point_.resize(n_);
    ahead_.resize(std::max(n_, known_.residuals));
    behind_.resize(ahead_.size());
    center_.resize(n_);
    residuals_.resize(known_.residuals);
    jacobian_.resize(known_.residuals * n_);
  }

  std::size_t size() const override { return n_; }

  Capabilities capabilities() const override {
    Capabilities result = known_;
    if (result.gradient == Derivatives::none) result.gradient = Derivatives::differences;
    if (result.hessian == Derivatives::none) result.hessian = Derivatives::differences;
    return result;
  }

  [[nodiscard]] const std::shared_ptr<LossSource>& inner() const { return inner_; }
  const Bounds* bounds() const override { return inner_->bounds(); }
  double value(std::span<const double> x) override { return inner_->value(x); }
  void values(std::span<const double> points, std::span<double> values) override { inner_->values(points, values); }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (known_.gradient != Derivatives::none) return inner_->value_and_gradient(x, gradient);
    std::copy(x.begin(), x.end(), point_.begin());
    if (known_.residuals > 0) {  // 2 Jᵀ r keeps more digits than differences of the sum
      const double value = residuals_and_jacobian(x, residuals_, jacobian_);
      std::fill(gradient.begin(), gradient.end(), 0.0);
      for (std::size_t i = 0; i < residuals_.size(); ++i) {
        for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * residuals_[i] * jacobian_[i * n_ + j];
      }
      return value;
    }
    const double center = box_.is_bounded() ? inner_->value(x) : 0;  // not needed without bounds
    for (std::size_t i = 0; i < n_; ++i) {
      const Stencil stencil = stencil_at(i, x[i]);
      gradient[i] = 0;
      if (stencil.step == 0) continue;
      point_[i] = box_.nearest(i, x[i] + stencil.step);
      const double first = inner_->value(point_);
      point_[i] = box_.nearest(i, x[i] + stencil.second());
      const double second = inner_->value(point_);
      gradient[i] = stencil.slope(first, second, center);
      point_[i] = x[i];
    }
    return box_.is_bounded() ? center : inner_->value(x);
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (known_.hessian != Derivatives::none) return inner_->hessian_vector(x, direction, product);
    if (known_.gradient == Derivatives::none) return LossSource::hessian_vector(x, direction, product);
    // The derivative of the gradient along the direction, over a step that moves x by about 2^-17 of its size.
    const double reach = largest(direction);
    for (std::size_t i = 0; i < n_; ++i) product[i] = 0;
    if (!(reach > 0)) return;
    const Stencil stencil = stencil_along(x, direction, step_at(largest(x)) / std::ldexp(1.0, std::ilogb(reach)));
    if (stencil.step == 0) {  // blocked by bounds both ways: one variable at a time
      std::vector<double> matrix(n_ * n_);
      hessian(x, matrix);
      for (std::size_t i = 0; i < n_ * n_; ++i) product[i / n_] += matrix[i] * direction[i % n_];
      return;
    }
    const std::span<double> first(ahead_.data(), n_), second(behind_.data(), n_);
    for (std::size_t i = 0; i < n_; ++i) point_[i] = box_.nearest(i, x[i] + stencil.step * direction[i]);
    inner_->value_and_gradient(point_, first);
    for (std::size_t i = 0; i < n_; ++i) point_[i] = box_.nearest(i, x[i] + stencil.second() * direction[i]);
    inner_->value_and_gradient(point_, second);
    if (stencil.sides == Stencil::Sides::one) center_gradient(x);
    for (std::size_t i = 0; i < n_; ++i) product[i] = stencil.slope(first[i], second[i], center_[i]);
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (known_.hessian != Derivatives::none) return inner_->hessian(x, hessian);
    if (known_.gradient == Derivatives::none) return hessian_from_values(x, hessian);
    std::copy(x.begin(), x.end(), point_.begin());
    const std::span<double> first(ahead_.data(), n_), second(behind_.data(), n_);
    bool has_center = false;
    for (std::size_t i = 0; i < n_; ++i) {
      const Stencil stencil = stencil_at(i, x[i]);
      std::ranges::fill(hessian.subspan(i * n_, n_), 0.0);
      if (stencil.step == 0) continue;
      point_[i] = box_.nearest(i, x[i] + stencil.step);
      inner_->value_and_gradient(point_, first);
      point_[i] = box_.nearest(i, x[i] + stencil.second());
      inner_->value_and_gradient(point_, second);
      point_[i] = x[i];
      if (stencil.sides == Stencil::Sides::one && !std::exchange(has_center, true)) center_gradient(x);
      for (std::size_t j = 0; j < n_; ++j) hessian[i * n_ + j] = stencil.slope(first[j], second[j], center_[j]);
    }
    symmetrise(hessian);
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    return inner_->residuals(x, residuals);
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    if (known_.gradient != Derivatives::none) return inner_->residuals_and_jacobian(x, residuals, jacobian);
    std::vector<double> point(x.begin(), x.end());
    const std::size_t m = known_.residuals;
    const std::span<double> first(ahead_.data(), m), second(behind_.data(), m);
    const double value = inner_->residuals(x, residuals);
    for (std::size_t j = 0; j < n_; ++j) {
      const Stencil stencil = stencil_at(j, x[j]);
      std::ranges::fill(first, 0.0);
      std::ranges::fill(second, 0.0);
      if (stencil.step != 0) {
        point[j] = box_.nearest(j, x[j] + stencil.step);
        inner_->residuals(point, first);
        point[j] = box_.nearest(j, x[j] + stencil.second());
        inner_->residuals(point, second);
        point[j] = x[j];
      }
      for (std::size_t i = 0; i < m; ++i) jacobian[i * n_ + j] = stencil.slope(first[i], second[i], residuals[i]);
    }
    return value;
  }

 private:
  // Second differences of values, over a longer step (about ε^(1/4)): f(x + h) - 2 f(x) + f(x - h), and the four corners off the diagonal.
  void hessian_from_values(std::span<const double> at_x, std::span<double> hessian) {
    std::ranges::fill(hessian, 0.0);
    std::vector<double> steps(n_), x(at_x.begin(), at_x.end());
    for (std::size_t i = 0; i < n_; ++i) {  // the centre moves off a bound that is nearer than the step
      steps[i] = std::min(16 * step_at(x[i]), 0.5 * (box_.upper(i) - box_.lower(i)));
      if (!box_.is_bounded()) continue;
      if (box_.upper(i) - x[i] < steps[i]) x[i] = box_.upper(i) - steps[i];
      if (x[i] - box_.lower(i) < steps[i]) x[i] = box_.lower(i) + steps[i];
    }
    std::copy(x.begin(), x.end(), point_.begin());
    const double center = inner_->value(x);
    const auto at = [&](std::size_t i, double a, std::size_t j, double b) {
      point_[i] = box_.nearest(i, point_[i] + a);
      point_[j] = box_.nearest(j, point_[j] + b);
      const double value = inner_->value(point_);
      point_[i] = x[i];
      point_[j] = x[j];
      return value;
    };
    for (std::size_t i = 0; i < n_; ++i) {
      const double h = steps[i];
      if (h == 0) continue;
      hessian[i * n_ + i] = ((at(i, h, i, 0) - center) + (at(i, -h, i, 0) - center)) / (h * h);
      for (std::size_t j = 0; j < i; ++j) {
        const double k = steps[j];
        if (k == 0) continue;
        const double mixed = (at(i, h, j, k) - at(i, h, j, -k)) - (at(i, -h, j, k) - at(i, -h, j, -k));
        hessian[i * n_ + j] = hessian[j * n_ + i] = mixed / (4 * h * k);
      }
    }
  }

  [[nodiscard]] Stencil stencil_at(std::size_t i, double x) const {
    const double h = step_at(x);
    if (!box_.is_bounded()) return {h, Stencil::Sides::both};
    const double above = box_.upper(i) - x, below = x - box_.lower(i);
    if (above >= h && below >= h) return {h, Stencil::Sides::both};
    const double step = std::min(h, 0.5 * std::max({above, below, 0.0}));
    return {above >= below ? step : -step, Stencil::Sides::one};
  }

  [[nodiscard]] Stencil stencil_along(std::span<const double> x, std::span<const double> direction, double h) {
    if (!box_.is_bounded()) return {h, Stencil::Sides::both};
    std::vector<double> back(direction.begin(), direction.end());
    for (double& entry : back) entry = -entry;
    const double ahead = box_.room(x, direction), behind = box_.room(x, back);
    if (ahead >= h && behind >= h) return {h, Stencil::Sides::both};
    const double step = std::min(h, 0.5 * std::max(ahead, behind));
    if (step < 0x1p-10 * h) return {0, Stencil::Sides::one};
    return {ahead >= behind ? step : -step, Stencil::Sides::one};
  }

  void center_gradient(std::span<const double> x) {
    center_.resize(n_);
    inner_->value_and_gradient(x, center_);
  }

  void symmetrise(std::span<double> matrix) const {
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        const double mean = 0.5 * matrix[i * n_ + j] + 0.5 * matrix[j * n_ + i];
        matrix[i * n_ + j] = matrix[j * n_ + i] = mean;
      }
    }
  }

  std::shared_ptr<LossSource> inner_;
  std::size_t n_;
  Capabilities known_;
  optimize::Box box_;
  std::vector<double> center_;  // the gradient at x where differences are taken on one side
  std::vector<double> point_, ahead_, behind_, residuals_, jacobian_;
};

}  // namespace

Objective with_differences(const Objective& objective) {
  return Objective(std::make_shared<DifferenceSource>(objective.source()));
}

namespace optimize {

std::shared_ptr<LossSource> without_differences(const std::shared_ptr<LossSource>& source) {
  const auto* differences = dynamic_cast<const DifferenceSource*>(source.get());
  return differences != nullptr ? differences->inner() : nullptr;
}

EvaluationCounts with_inner_calls(EvaluationCounts counts, const Capabilities& capabilities, std::size_t n) {
  const std::uint64_t pairs = 2 * static_cast<std::uint64_t>(n);
  if (capabilities.hessian == Derivatives::differences) {
    if (capabilities.gradient == Derivatives::exact) {
      const std::uint64_t gradients = pairs * counts.hessian + 2 * counts.hessian_vector;
      counts.gradient += gradients;
      counts.value += gradients;
    } else {
      counts.value += (pairs * n + 1) * (counts.hessian + counts.hessian_vector);
    }
  }
  if (capabilities.gradient == Derivatives::differences) {
    if (capabilities.residuals > 0) {
      counts.residuals += pairs * (counts.gradient + counts.jacobian);
    } else {
      counts.value += pairs * counts.gradient;
    }
  }
  return counts;
}

}  // namespace optimize

}  // namespace downhill
