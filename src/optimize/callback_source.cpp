#include <downhill/error.hpp>
#include <downhill/objective.hpp>

#include <vector>

namespace downhill {

namespace {

double sum_of_squares(std::span<const double> residuals) {
  double sum = 0;
  for (const double r : residuals) sum += r * r;
  return sum;
}

// f, gradient 2 Jᵀ r and what else the caller supplies.
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
    has_gradient_ = callbacks_.value_and_gradient || callbacks_.residuals_and_jacobian;
    const auto exact = [](bool is_given) { return is_given ? Derivatives::exact : Derivatives::none; };
    capabilities_ = {.gradient = exact(has_gradient_),
                     .hessian = exact(callbacks_.hessian || callbacks_.hessian_vector),
                     .residuals = is_least_squares ? callbacks_.residual_count : 0,
                     .quadratic = callbacks_.quadratic};
  }

  std::size_t size() const override { return n_; }
  Capabilities capabilities() const override { return capabilities_; }

  double value(std::span<const double> x) override {
    if (callbacks_.value) return callbacks_.value(x);
    if (callbacks_.value_and_gradient) {
      unused_.resize(n_);
      return callbacks_.value_and_gradient(x, unused_);
    }
    residuals(x, residuals_);
    return sum_of_squares(residuals_);
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (callbacks_.value_and_gradient) return callbacks_.value_and_gradient(x, gradient);
    if (!callbacks_.residuals_and_jacobian) return LossSource::value_and_gradient(x, gradient);
    callbacks_.residuals_and_jacobian(x, residuals_, jacobian_);
    for (std::size_t j = 0; j < n_; ++j) gradient[j] = 0;
    for (std::size_t i = 0; i < residuals_.size(); ++i) {
      for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * residuals_[i] * jacobian_[i * n_ + j];
    }
    return sum_of_squares(residuals_);
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

  void residuals(std::span<const double> x, std::span<double> residuals) override {
    if (callbacks_.residuals) return callbacks_.residuals(x, residuals);
    if (!callbacks_.residuals_and_jacobian) return LossSource::residuals(x, residuals);
    callbacks_.residuals_and_jacobian(x, residuals, jacobian_);
  }

  void residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                              std::span<double> jacobian) override {
    if (!callbacks_.residuals_and_jacobian) return LossSource::residuals_and_jacobian(x, residuals, jacobian);
    callbacks_.residuals_and_jacobian(x, residuals, jacobian);
  }

 private:
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
