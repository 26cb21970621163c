#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/objective.hpp>

#include <cmath>
#include <vector>

namespace downhill {

namespace {

double sum_of_squares(std::span<const double> residuals) {
  double sum = 0;
  for (const double r : residuals) sum += r * r;
  return sum;
}

void check(const std::vector<L1Term>& terms, std::size_t n) {
  for (const L1Term& term : terms) {
    if (term.variable >= n) {
      throw OptionError(fmt::format("objective: l1 has a term of variable {}, but there are {}", term.variable, n));
    }
    if (!(term.weight >= 0) || !std::isfinite(term.weight) || !std::isfinite(term.center)) {
      throw OptionError(fmt::format("objective: l1 has a term {} |x[{}] - {}|: a weight is finite and not negative",
                                    term.weight, term.variable, term.center));
    }
  }
}

// f, gradient 2 Jᵀ r and what else the caller supplies, and the L1 terms that are added to them.
class CallbackSource final : public LossSource {
 public:
  CallbackSource(std::size_t n, Callbacks callbacks)
      : n_(n),
        callbacks_(std::move(callbacks)),
        residuals_(callbacks_.residual_count),
        jacobian_(callbacks_.residuals_and_jacobian ? callbacks_.residual_count * n : 0) {
    const bool is_least_squares = callbacks_.residuals || callbacks_.residuals_and_jacobian;
    if (!callbacks_.value && !callbacks_.value_and_gradient && !is_least_squares) {
      throw OptionError("objective: there is neither a value nor residuals");
    }
    if (is_least_squares && callbacks_.residual_count == 0) {
      throw OptionError("objective: residual_count = 0 is below 1");
    }
    check(callbacks_.l1, n);
    std::erase_if(callbacks_.l1, [](const L1Term& term) { return term.weight == 0; });
    has_gradient_ = callbacks_.value_and_gradient || callbacks_.residuals_and_jacobian;
    const auto exact = [](bool is_given) { return is_given ? Derivatives::exact : Derivatives::none; };
    capabilities_ = {.gradient = exact(has_gradient_),
                     .hessian = exact(callbacks_.hessian || callbacks_.hessian_vector),
                     .residuals = is_least_squares && callbacks_.l1.empty() ? callbacks_.residual_count : 0,
                     .quadratic = callbacks_.quadratic,
                     .is_supplied = true};
    if (callbacks_.l1.empty()) return;
    capabilities_.smooth = capabilities_.quadratic = false;
  }

  std::size_t size() const override { return n_; }
  Capabilities capabilities() const override { return capabilities_; }

  std::span<const L1Term> l1() const override { return callbacks_.l1; }

  double value(std::span<const double> x) override { return smooth_value(x) + l1_value(x); }

  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    const double smooth = smooth_value_and_gradient(x, gradient);
    return {smooth + l1_value(x), smooth};
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    const double smooth = smooth_value_and_gradient(x, gradient);
    for (const L1Term& term : callbacks_.l1) {
      const double away = x[term.variable] - term.center;
      if (away != 0) gradient[term.variable] += std::copysign(term.weight, away);
    }
    return smooth + l1_value(x);
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (!callbacks_.hessian_vector) return LossSource::hessian_vector(x, direction, product);
    callbacks_.hessian_vector(x, direction, product);
  }

  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (!callbacks_.hessian) return LossSource::hessian(x, hessian);
    callbacks_.hessian(x, hessian);
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    if (callbacks_.residuals) {
      callbacks_.residuals(x, residuals);
    } else {
      if (!callbacks_.residuals_and_jacobian) return LossSource::residuals(x, residuals);
      callbacks_.residuals_and_jacobian(x, residuals, jacobian_);
    }
    return has_value() ? smooth_value(x) : sum_of_squares(residuals);
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    if (!callbacks_.residuals_and_jacobian) return LossSource::residuals_and_jacobian(x, residuals, jacobian);
    callbacks_.residuals_and_jacobian(x, residuals, jacobian);
    return has_value() ? smooth_value(x) : sum_of_squares(residuals);
  }

 private:
  // Of its own, besides the residuals.
  [[nodiscard]] bool has_value() const { return callbacks_.value || callbacks_.value_and_gradient; }

  double smooth_value(std::span<const double> x) {
    if (callbacks_.value) return callbacks_.value(x);
    if (callbacks_.value_and_gradient) {
      unused_.resize(n_);
      return callbacks_.value_and_gradient(x, unused_);
    }
    return residuals(x, residuals_);
  }

  double smooth_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
    if (callbacks_.value_and_gradient) return callbacks_.value_and_gradient(x, gradient);
    if (!callbacks_.residuals_and_jacobian) return LossSource::value_and_gradient(x, gradient);
    callbacks_.residuals_and_jacobian(x, residuals_, jacobian_);
    for (std::size_t j = 0; j < n_; ++j) gradient[j] = 0;
    for (std::size_t i = 0; i < residuals_.size(); ++i) {
      for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * residuals_[i] * jacobian_[i * n_ + j];
    }
    return sum_of_squares(residuals_);
  }

  double l1_value(std::span<const double> x) const {
    double sum = 0;
    for (const L1Term& term : callbacks_.l1) sum += term.weight * std::abs(x[term.variable] - term.center);
    return sum;
  }

  std::size_t n_;
  Callbacks callbacks_;
  Capabilities capabilities_;
  bool has_gradient_ = false;
  std::vector<double> residuals_;
  std::vector<double> jacobian_;
  std::vector<double> unused_;
};

}  // namespace

Objective objective(std::size_t n, Callbacks callbacks) {
  return Objective(std::make_shared<CallbackSource>(n, std::move(callbacks)));
}

}  // namespace downhill
