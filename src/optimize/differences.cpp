#include <downhill/objective.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/differences.hpp"
#include "optimize/norms.hpp"

// Central differences for what a loss lacks. The step is the power of two next to ε^(1/3) |x_i| (of 2^-17 where x_i is 0), which
// balances rounding against truncation for functions that vary over the scale of x (Nocedal & Wright 2006, section 8.1).
namespace downhill {

namespace {

using optimize::largest;

double step_at(double x) {
  const double size = std::abs(x);
  return std::ldexp(1.0, (size > 0 ? std::clamp(std::ilogb(size), -900, 900) : 0) - 17);
}

class DifferenceSource final : public LossSource {
 public:
  explicit DifferenceSource(std::shared_ptr<LossSource> inner)
      : inner_(std::move(inner)), n_(inner_->size()), known_(inner_->capabilities()) {
    point_.resize(n_);
    ahead_.resize(std::max(n_, known_.residuals));
    behind_.resize(ahead_.size());
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

  double value(std::span<const double> x) override { return inner_->value(x); }
  void values(std::span<const double> points, std::span<double> values) override { inner_->values(points, values); }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (known_.gradient != Derivatives::none) return inner_->value_and_gradient(x, gradient);
    std::copy(x.begin(), x.end(), point_.begin());
    if (known_.residuals > 0) {  // 2 Jᵀ r keeps more digits than differences of the sum
      residuals_and_jacobian(x, residuals_, jacobian_);
      double sum = 0;
      std::fill(gradient.begin(), gradient.end(), 0.0);
      for (std::size_t i = 0; i < residuals_.size(); ++i) {
        sum += residuals_[i] * residuals_[i];
        for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * residuals_[i] * jacobian_[i * n_ + j];
      }
      return sum;
    }
    for (std::size_t i = 0; i < n_; ++i) {
      const double h = step_at(x[i]);
      point_[i] = x[i] + h;
      const double ahead = inner_->value(point_);
      point_[i] = x[i] - h;
      const double behind = inner_->value(point_);
      gradient[i] = (ahead - behind) / (2 * h);
      point_[i] = x[i];
    }
    return inner_->value(x);
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (known_.hessian != Derivatives::none) return inner_->hessian_vector(x, direction, product);
    if (known_.gradient == Derivatives::none) return LossSource::hessian_vector(x, direction, product);
    // The derivative of the gradient along the direction, over a step that moves x by about 2^-17 of its size.
    const double reach = largest(direction);
    for (std::size_t i = 0; i < n_; ++i) product[i] = 0;
    if (!(reach > 0)) return;
    const double h = step_at(largest(x)) / std::ldexp(1.0, std::ilogb(reach));
    const std::span<double> ahead(ahead_.data(), n_), behind(behind_.data(), n_);
    for (std::size_t i = 0; i < n_; ++i) point_[i] = x[i] + h * direction[i];
    inner_->value_and_gradient(point_, ahead);
    for (std::size_t i = 0; i < n_; ++i) point_[i] = x[i] - h * direction[i];
    inner_->value_and_gradient(point_, behind);
    for (std::size_t i = 0; i < n_; ++i) product[i] = (ahead[i] - behind[i]) / (2 * h);
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (known_.hessian != Derivatives::none) return inner_->hessian(x, hessian);
    if (known_.gradient == Derivatives::none) return hessian_from_values(x, hessian);
    std::copy(x.begin(), x.end(), point_.begin());
    const std::span<double> ahead(ahead_.data(), n_), behind(behind_.data(), n_);
    for (std::size_t i = 0; i < n_; ++i) {
      const double h = step_at(x[i]);
      point_[i] = x[i] + h;
      inner_->value_and_gradient(point_, ahead);
      point_[i] = x[i] - h;
      inner_->value_and_gradient(point_, behind);
      for (std::size_t j = 0; j < n_; ++j) hessian[i * n_ + j] = (ahead[j] - behind[j]) / (2 * h);
      point_[i] = x[i];
    }
    symmetrise(hessian);
  }

  void residuals(std::span<const double> x, std::span<double> residuals) override { inner_->residuals(x, residuals); }

  void residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                              std::span<double> jacobian) override {
    if (known_.gradient != Derivatives::none) return inner_->residuals_and_jacobian(x, residuals, jacobian);
    std::vector<double> point(x.begin(), x.end());
    const std::size_t m = known_.residuals;
    const std::span<double> ahead(ahead_.data(), m), behind(behind_.data(), m);
    for (std::size_t j = 0; j < n_; ++j) {
      const double h = step_at(x[j]);
      point[j] = x[j] + h;
      inner_->residuals(point, ahead);
      point[j] = x[j] - h;
      inner_->residuals(point, behind);
      for (std::size_t i = 0; i < m; ++i) jacobian[i * n_ + j] = (ahead[i] - behind[i]) / (2 * h);
      point[j] = x[j];
    }
    inner_->residuals(x, residuals);
  }

 private:
  // Second differences of values, over a longer step (about ε^(1/4)): f(x + h) - 2 f(x) + f(x - h), and the four corners off the diagonal.
  void hessian_from_values(std::span<const double> x, std::span<double> hessian) {
    std::copy(x.begin(), x.end(), point_.begin());
    const double center = inner_->value(x);
    const auto at = [&](std::size_t i, double a, std::size_t j, double b) {
      point_[i] += a;
      point_[j] += b;
      const double value = inner_->value(point_);
      point_[i] = x[i];
      point_[j] = x[j];
      return value;
    };
    for (std::size_t i = 0; i < n_; ++i) {
      const double h = 16 * step_at(x[i]);
      hessian[i * n_ + i] = ((at(i, h, i, 0) - center) + (at(i, -h, i, 0) - center)) / (h * h);
      for (std::size_t j = 0; j < i; ++j) {
        const double k = 16 * step_at(x[j]);
        const double mixed = (at(i, h, j, k) - at(i, h, j, -k)) - (at(i, -h, j, k) - at(i, -h, j, -k));
        hessian[i * n_ + j] = hessian[j * n_ + i] = mixed / (4 * h * k);
      }
    }
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
  std::vector<double> point_, ahead_, behind_, residuals_, jacobian_;
};

}  // namespace

Objective with_differences(const Objective& objective) {
  return Objective(std::make_shared<DifferenceSource>(objective.source()));
}

namespace optimize {

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
