#include <downhill/error.hpp>
#include <downhill/loss.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "optimize/residual_loss/residual_loss_model.hpp"

namespace downhill {

namespace optimize {

namespace {

// The curvature taken for a residual, as a fraction of its weight at least: beyond the bend of ρ the true one is 0 or negative.
constexpr double least_curvature = 1e-2;

// Σ cost(r_i). The residuals r̃ and Jacobian J̃ that methods see are scaled by rows such that 2 J̃ᵀr̃ is the gradient and 2 J̃ᵀJ̃ the
// Gauss-Newton part of the Hessian, J^T diag(curvature) J: Triggs et al., section 4.3, for residuals of one component.
class RobustSource final : public LossSource {
 public:
  RobustSource(const Objective& squares, ResidualLoss loss, std::shared_ptr<LossSource> exact)
      : squares_(squares.source()), loss_(std::move(loss)), exact_(std::move(exact)), n_(squares_->size()) {
    const Capabilities inner = squares_->capabilities();
    capabilities_.gradient = inner.gradient;
    capabilities_.residuals = inner.residuals;
    if (exact_) {
      capabilities_.hessian = exact_->capabilities().hessian;
      capabilities_.quadratic = exact_->capabilities().quadratic;
    }
    residuals_.resize(inner.residuals);
    if (!exact_ && inner.gradient != Derivatives::none) jacobian_.resize(inner.residuals * n_);
  }

  std::size_t size() const override { return n_; }
  Capabilities capabilities() const override { return capabilities_; }
  double trace_seconds() const override { return squares_->trace_seconds() + (exact_ ? exact_->trace_seconds() : 0.0); }
  double compile_seconds() const override {
    return squares_->compile_seconds() + (exact_ ? exact_->compile_seconds() : 0.0);
  }
  std::string failure() const override {
    std::string text = exact_ ? exact_->failure() : std::string();
    return text.empty() ? squares_->failure() : text;
  }

  double value(std::span<const double> x) override {
    if (exact_) return exact_->value(x);
    squares_->residuals(x, residuals_);
    double sum = 0;
    for (const double r : residuals_) sum += loss_.model().cost(r).value;
    return sum;
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (exact_) return exact_->value_and_gradient(x, gradient);
    squares_->residuals_and_jacobian(x, residuals_, jacobian_);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    double sum = 0;
    for (std::size_t i = 0; i < residuals_.size(); ++i) {
      const ResidualCost cost = loss_.model().cost(residuals_[i]);
      sum += cost.value;
      for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * cost.weight * residuals_[i] * jacobian_[i * n_ + j];
    }
    return sum;
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (!exact_) return LossSource::hessian_vector(x, direction, product);
    exact_->hessian_vector(x, direction, product);
  }
  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (!exact_) return LossSource::hessian(x, hessian);
    exact_->hessian(x, hessian);
  }
  void values(std::span<const double> points, std::span<double> values) override {
    if (!exact_) return LossSource::values(points, values);
    exact_->values(points, values);
  }

  void residuals(std::span<const double> x, std::span<double> residuals) override {
    squares_->residuals(x, residuals);
    for (double& r : residuals) r *= rows_of(r).residual;
  }

  void residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                              std::span<double> jacobian) override {
    squares_->residuals_and_jacobian(x, residuals, jacobian);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      const Rows factors = rows_of(residuals[i]);
      residuals[i] *= factors.residual;
      for (std::size_t j = 0; j < n_; ++j) jacobian[i * n_ + j] *= factors.jacobian;
    }
  }

 private:
  struct Rows {
    double residual = 0;
    double jacobian = 0;
  };

  [[nodiscard]] Rows rows_of(double residual) const {
    const ResidualCost cost = loss_.model().cost(residual);
    if (cost.weight == 0) return {};
    const double root = std::sqrt(std::max(cost.curvature, least_curvature * cost.weight));
    return {cost.weight / root, root};
  }

  std::shared_ptr<LossSource> squares_;
  ResidualLoss loss_;
  std::shared_ptr<LossSource> exact_;  // or null
  std::size_t n_;
  Capabilities capabilities_;
  std::vector<double> residuals_, jacobian_;
};

}  // namespace

Objective with_residual_loss(const Objective& squares, const ResidualLoss& loss, const Objective& exact) {
  return Objective(std::make_shared<RobustSource>(squares, loss, exact.source()));
}

}  // namespace optimize

Objective with_residual_loss(const Objective& least_squares, const ResidualLoss& loss) {
  if (least_squares.capabilities().residuals == 0) {
    throw OptionError("with_residual_loss: needs a sum of squared residuals, but this loss is one value");
  }
  return Objective(std::make_shared<optimize::RobustSource>(least_squares, loss, nullptr));
}

Objective traced_least_squares(const ArrayFunction& residuals, const Type& x, const ResidualLoss& loss,
                               const ProgramOptions& options) {
  const ArrayFunction total = [residuals, loss](std::span<const Array> arguments) -> std::vector<Array> {
    return {loss.model().total(residuals(arguments).front())};
  };
  return optimize::with_residual_loss(traced_least_squares(residuals, x, options), loss,
                                      traced_objective(total, x, options));
}

}  // namespace downhill
