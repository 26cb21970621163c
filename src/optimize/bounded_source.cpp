#include <fmt/format.h>
#include <downhill/bounds.hpp>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "optimize/box.hpp"
#include "optimize/differences.hpp"

namespace downhill {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

// Outside the bounds every number is NaN, and the loss is not asked for it.
class BoundedSource final : public LossSource {
 public:
  BoundedSource(std::shared_ptr<LossSource> inner, Bounds bounds)
      : inner_(std::move(inner)), bounds_(std::move(bounds)), box_(&bounds_) {}
  BoundedSource(const BoundedSource&) = delete;
  BoundedSource& operator=(const BoundedSource&) = delete;

  std::size_t size() const override { return inner_->size(); }
  Capabilities capabilities() const override { return inner_->capabilities(); }
  const Bounds* bounds() const override { return &bounds_; }
  optimize::PieceSource* pieces() override { return inner_->pieces(); }
  double trace_seconds() const override { return inner_->trace_seconds(); }
  double compile_seconds() const override { return inner_->compile_seconds(); }
  std::string failure() const override { return inner_->failure(); }

  std::string first_not_finite(std::span<const double> x) override {
    return box_.contains(x) ? inner_->first_not_finite(x) : std::string();
  }

  double value(std::span<const double> x) override { return box_.contains(x) ? inner_->value(x) : not_a_number; }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (!box_.contains(x)) {
      std::ranges::fill(gradient, not_a_number);
      return not_a_number;
    }
    const double value = inner_->value_and_gradient(x, gradient);
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!std::isinf(gradient[i])) continue;
      if (gradient[i] > 0 && box_.is_at_lower(i, x[i])) gradient[i] = optimize::steepest_at_bound;
      if (gradient[i] < 0 && box_.is_at_upper(i, x[i])) gradient[i] = -optimize::steepest_at_bound;
    }
    return value;
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (box_.contains(x)) return inner_->hessian_vector(x, direction, product);
    std::ranges::fill(product, not_a_number);
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (box_.contains(x)) return inner_->hessian(x, hessian);
    std::ranges::fill(hessian, not_a_number);
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    if (box_.contains(x)) return inner_->residuals(x, residuals);
    std::ranges::fill(residuals, not_a_number);
    return not_a_number;
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    if (box_.contains(x)) return inner_->residuals_and_jacobian(x, residuals, jacobian);
    std::ranges::fill(residuals, not_a_number);
    std::ranges::fill(jacobian, not_a_number);
    return not_a_number;
  }

  void values(std::span<const double> points, std::span<double> values) override {
    const std::size_t n = size();
    const auto point = [&](std::size_t k) { return points.subspan(k * n, n); };
    inside_.clear();
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (box_.contains(point(k))) inside_.push_back(k);
    }
    if (inside_.size() == values.size()) return inner_->values(points, values);
    std::ranges::fill(values, not_a_number);
    for (const std::size_t k : inside_) values[k] = inner_->value(point(k));
  }

 private:
  std::shared_ptr<LossSource> inner_;
  Bounds bounds_;
  optimize::Box box_;
  std::vector<std::size_t> inside_;
};

void check(const Bounds& bounds, std::size_t n) {
  if (bounds.lower.size() != n || bounds.upper.size() != n) {
    throw ShapeError(fmt::format("bounds: {} lower and {} upper bounds for {} variable{}", bounds.lower.size(),
                                 bounds.upper.size(), n, n == 1 ? "" : "s"));
  }
  if (!bounds.names.empty() && bounds.names.size() != n) {
    throw ShapeError(fmt::format("bounds: {} names for {} variable{}", bounds.names.size(), n, n == 1 ? "" : "s"));
  }
  for (std::size_t i = 0; i < n; ++i) {
    const double low = bounds.lower[i], high = bounds.upper[i];
    if (std::isnan(low) || std::isnan(high)) {
      throw InputError(
          fmt::format("bounds: {} has a bound that is not a number: from {} to {}", bounds.name(i), low, high));
    }
    if (low > high) {
      throw InputError(
          fmt::format("bounds: the lower bound of {} is above its upper bound: {} > {}", bounds.name(i), low, high));
    }
    if (std::isinf(low) && low == high) {
      throw InputError(fmt::format("bounds: {} is left no finite number: from {} to {}", bounds.name(i), low, high));
    }
  }
}

}  // namespace

std::string Bounds::name(std::size_t i) const { return names.empty() ? fmt::format("x[{}]", i) : names[i]; }

Objective with_bounds(const Objective& objective, Bounds bounds) {
  check(bounds, objective.size());
  if (const Bounds* already = objective.bounds()) {  // both hold
    for (std::size_t i = 0; i < bounds.lower.size(); ++i) {
      bounds.lower[i] = std::max(bounds.lower[i], already->lower[i]);
      bounds.upper[i] = std::min(bounds.upper[i], already->upper[i]);
    }
    check(bounds, objective.size());
  }
  const auto is_finite = [](double bound) { return std::isfinite(bound); };
  if (std::ranges::none_of(bounds.lower, is_finite) && std::ranges::none_of(bounds.upper, is_finite)) return objective;
  if (auto inner = optimize::without_differences(objective.source())) {  // so that these keep to the bounds as well
    return with_differences(Objective(std::make_shared<BoundedSource>(std::move(inner), std::move(bounds))));
  }
  return Objective(std::make_shared<BoundedSource>(objective.source(), std::move(bounds)));
}

}  // namespace downhill
