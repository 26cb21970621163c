#include <algorithm>
#include <cmath>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/newton_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

namespace {

class DenseNewtonModel final : public NewtonModel {
 public:
  DenseNewtonModel(std::span<const double> hessian, const Point& at)
      : hessian_(hessian, at.x), gradient_(hessian_.scale_gradient(at.gradient)) {}

  const HessianScale& scale() const override { return hessian_; }
  const std::vector<double>& gradient() const override { return gradient_; }

  std::vector<double> newton_step() override {
    std::vector<double> right(gradient_);
    for (double& entry : right) entry = -entry;
    return solve_positive_definite(hessian_.matrix(), right);
  }

  std::vector<double> step_within(double radius) override {
    decompose();
    return eigen_.combine(trust_region_step(above_rounding(eigen_.values), coordinates_, radius));
  }

  double length_of_modified_step() override {
    decompose();
    const double top = std::max(std::abs(eigen_.values.front()), std::abs(eigen_.values.back()));
    std::vector<double> step(coordinates_);
    for (std::size_t k = 0; k < step.size(); ++k) {
      step[k] /= std::max(std::abs(eigen_.values[k]), top > 0 ? 1e-3 * top : norm(gradient_));
    }
    return norm(step);
  }

  double foretold_fall(std::span<const double> step) const override {
    const std::size_t n = step.size();
    double curvature = 0;
    for (std::size_t i = 0; i < n; ++i) {
      curvature += step[i] * dot(std::span(hessian_.matrix()).subspan(i * n, n), step);
    }
    return -(dot(gradient_, step) + 0.5 * curvature);
  }

 private:
  void decompose() {
    if (eigen_.size() > 0) return;
    eigen_ = eigen_decomposition(hessian_.matrix(), hessian_.size());
    coordinates_ = eigen_.coordinates(gradient_);
  }

  ScaledHessian hessian_;
  std::vector<double> gradient_;
  EigenDecomposition eigen_;
  std::vector<double> coordinates_;
};

}  // namespace

std::unique_ptr<NewtonModel> dense_newton_model(std::span<const double> hessian, const Point& at) {
  return std::make_unique<DenseNewtonModel>(hessian, at);
}

}  // namespace downhill::optimize
