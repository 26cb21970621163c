#include <downhill/error.hpp>
#include <downhill/loss.hpp>

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "optimize/residual_loss/residual_loss_model.hpp"
#include "optimize/traced_sum.hpp"

namespace downhill {

namespace optimize {

namespace {

// The curvature taken for a residual, as a fraction of its weight at least: beyond the bend of ρ the true one is 0 or negative.
constexpr double least_curvature = 1e-2;

// What the values of the source beneath are: sums of squares, or of the loss already.
enum class Values : std::uint8_t { of_squares, of_loss };

// Σ cost(r_i). The residuals r̃ and Jacobian J̃ that methods see are scaled by rows such that 2 J̃ᵀr̃ is the gradient and 2 J̃ᵀJ̃ the
// Gauss-Newton part of the Hessian, J^T diag(curvature) J: Triggs et al., section 4.3, for residuals of one component.
class RobustSource final : public LossSource {
 public:
  RobustSource(std::shared_ptr<LossSource> inner, ResidualLoss loss, Values values)
      : inner_(std::move(inner)), loss_(std::move(loss)), values_(values), n_(inner_->size()) {
    const Capabilities known = inner_->capabilities();
    capabilities_.gradient = known.gradient;
    capabilities_.residuals = known.residuals;
    if (values_ == Values::of_loss) {
      capabilities_.hessian = known.hessian;
      capabilities_.quadratic = known.quadratic;
    } else {
      residuals_.resize(known.residuals);
      if (known.gradient != Derivatives::none) jacobian_.resize(known.residuals * n_);
    }
  }

  std::size_t size() const override { return n_; }
  Capabilities capabilities() const override { return capabilities_; }
  double trace_seconds() const override { return inner_->trace_seconds(); }
  double compile_seconds() const override { return inner_->compile_seconds(); }
  std::string failure() const override { return inner_->failure(); }

  double value(std::span<const double> x) override {
    if (values_ == Values::of_loss) return inner_->value(x);
    inner_->residuals(x, residuals_);
    return total(residuals_);
  }

  double value_and_gradient(std::span<const double> x, std::span<double> gradient) override {
    if (values_ == Values::of_loss) return inner_->value_and_gradient(x, gradient);
    inner_->residuals_and_jacobian(x, residuals_, jacobian_);
    std::fill(gradient.begin(), gradient.end(), 0.0);
    for (std::size_t i = 0; i < residuals_.size(); ++i) {
      const double weight = loss_.model().cost(residuals_[i]).weight;
      for (std::size_t j = 0; j < n_; ++j) gradient[j] += 2 * weight * residuals_[i] * jacobian_[i * n_ + j];
    }
    return total(residuals_);
  }

  void hessian_vector(std::span<const double> x, std::span<const double> direction,
                      std::span<double> product) override {
    if (values_ == Values::of_squares) return LossSource::hessian_vector(x, direction, product);
    inner_->hessian_vector(x, direction, product);
  }
  void hessian(std::span<const double> x, std::span<double> hessian) override {
    if (values_ == Values::of_squares) return LossSource::hessian(x, hessian);
    inner_->hessian(x, hessian);
  }
  void values(std::span<const double> points, std::span<double> values) override {
    if (values_ == Values::of_squares) return LossSource::values(points, values);
    inner_->values(points, values);
  }

  double residuals(std::span<const double> x, std::span<double> residuals) override {
    double value = inner_->residuals(x, residuals);
    if (values_ == Values::of_squares) value = total(residuals);
    for (double& r : residuals) r *= rows_of(r).residual;
    return value;
  }

  double residuals_and_jacobian(std::span<const double> x, std::span<double> residuals,
                                std::span<double> jacobian) override {
    double value = inner_->residuals_and_jacobian(x, residuals, jacobian);
    if (values_ == Values::of_squares) value = total(residuals);
    for (std::size_t i = 0; i < residuals.size(); ++i) {
      const Rows factors = rows_of(residuals[i]);
      residuals[i] *= factors.residual;
      for (std::size_t j = 0; j < n_; ++j) jacobian[i * n_ + j] *= factors.jacobian;
    }
    return value;
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

  [[nodiscard]] double total(std::span<const double> residuals) const {
    double sum = 0;
    for (const double r : residuals) sum += loss_.model().cost(r).value;
    return sum;
  }

  std::shared_ptr<LossSource> inner_;
  ResidualLoss loss_;
  Values values_;
  std::size_t n_;
  Capabilities capabilities_;
  std::vector<double> residuals_, jacobian_;
};

}  // namespace

}  // namespace optimize

Objective with_residual_loss(const Objective& least_squares, const ResidualLoss& loss) {
  if (least_squares.capabilities().residuals == 0) {
    throw OptionError("with_residual_loss: needs a sum of squared residuals, but this loss is one value");
  }
  return Objective(
      std::make_shared<optimize::RobustSource>(least_squares.source(), loss, optimize::Values::of_squares));
}

Objective traced_least_squares(const ArrayFunction& residuals, const Type& x, const ResidualLoss& loss,
                               const ProgramOptions& options) {
  const ArrayFunction total = [residuals, loss](std::span<const Array> arguments) -> std::vector<Array> {
    return {loss.model().total(residuals(arguments).front())};
  };
  return Objective(std::make_shared<optimize::RobustSource>(optimize::traced_sum(total, residuals, x, options), loss,
                                                            optimize::Values::of_loss));
}

}  // namespace downhill
