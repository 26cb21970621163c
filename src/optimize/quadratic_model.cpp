#include "optimize/quadratic_model.hpp"

#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

QuadraticModel::QuadraticModel(Walk& walk, Form form) : walk_(walk), form_(form) {
  const Point& here = walk.here();
  if (form == Form::products) {
    unit_ = exponent_of_size(largest(here.gradient));
    gradient_ = scale_gradient(here.gradient);
    return;
  }
  std::vector<double> matrix(walk.size() * walk.size());
  walk.objective().hessian(here.x, matrix);
  if (!is_finite(matrix)) return;
  hessian_.emplace(matrix, here.x);
  gradient_ = hessian_->scale_gradient(here.gradient);
}

std::vector<double> QuadraticModel::product(std::span<const double> v) const {
  const std::size_t n = size();
  std::vector<double> result(n);
  if (hessian_) {
    for (std::size_t i = 0; i < n; ++i) result[i] = dot(std::span(hessian_->matrix()).subspan(i * n, n), v);
    return result;
  }
  walk_.objective().hessian_vector(walk_.here().x, v, result);
  scale(result, -unit_);
  return result;
}

double QuadraticModel::fall(std::span<const double> p) const { return -(dot(gradient_, p) + 0.5 * dot(p, product(p))); }

std::vector<double> QuadraticModel::newton_step() const {
  std::vector<double> right(gradient_);
  for (double& entry : right) entry = -entry;
  return solve_positive_definite(hessian_->matrix(), right);
}

const EigenDecomposition& QuadraticModel::eigen() {
  if (eigen_.size() == 0) eigen_ = eigen_decomposition(hessian_->matrix(), size());
  return eigen_;
}

const std::vector<double>& QuadraticModel::coordinates() {
  if (coordinates_.empty()) coordinates_ = eigen().coordinates(gradient_);
  return coordinates_;
}

std::vector<double> QuadraticModel::scale_step(std::span<const double> v) const {
  return hessian_ ? hessian_->scale_step(v) : std::vector<double>(v.begin(), v.end());
}

std::vector<double> QuadraticModel::unscale_step(std::span<const double> p) const {
  return hessian_ ? hessian_->unscale_step(p) : std::vector<double>(p.begin(), p.end());
}

std::vector<double> QuadraticModel::scale_gradient(std::span<const double> gradient) const {
  if (hessian_) return hessian_->scale_gradient(gradient);
  std::vector<double> result(gradient.begin(), gradient.end());
  scale(result, -unit_);
  return result;
}

double QuadraticModel::scale_value(double value) const {
  return hessian_ ? hessian_->scale_value(value) : std::ldexp(value, -unit_);
}

double QuadraticModel::unscale_value(double value) const {
  return hessian_ ? hessian_->unscale_value(value) : std::ldexp(value, unit_);
}

}  // namespace downhill::optimize
