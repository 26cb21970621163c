#include "optimize/residual_model.hpp"

#include <algorithm>
#include <cmath>

#include "analysis/sparsity.hpp"
#include "optimize/norms.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

void ColumnScale::update(std::span<const double> jacobian, std::size_t m) {
  const std::size_t n = jacobian.size() / m;
  values_.resize(n, 0.0);
  column_.resize(m);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < m; ++i) column_[i] = jacobian[i * n + j];
    raise(j, norm(column_));
  }
}

void ColumnScale::raise(std::size_t j, double length) {
  values_[j] = std::max(values_[j] == 1 && length > 0 ? 0.0 : values_[j], length);
  if (values_[j] == 0) values_[j] = 1;  // a parameter nothing depends on yet
}

void ColumnScale::update(std::span<const double> entries, const analysis::SparsityPattern& pattern) {
  values_.resize(pattern.columns, 0.0);
  std::vector<double> most(pattern.columns, 0.0), squares(pattern.columns, 0.0);
  for (std::size_t k = 0; k < entries.size(); ++k) {
    double& largest = most[pattern.entries[k]];
    largest = std::max(largest, std::abs(entries[k]));
  }
  for (std::size_t k = 0; k < entries.size(); ++k) {
    const std::size_t j = pattern.entries[k];
    if (most[j] > 0) squares[j] += (entries[k] / most[j]) * (entries[k] / most[j]);
  }
  for (std::size_t j = 0; j < values_.size(); ++j) raise(j, most[j] * std::sqrt(squares[j]));
}

std::vector<double> ColumnScale::divided(std::vector<double> v) const {
  for (std::size_t i = 0; i < v.size(); ++i) v[i] /= values_[i];
  return v;
}

void ColumnScale::divide(std::span<const double> v, std::vector<double>& result) const {
  result.resize(v.size());
  for (std::size_t i = 0; i < v.size(); ++i) result[i] = v[i] / values_[i];
}

double ResidualModel::fall(std::span<const double> coordinates) const {
  double fall = 0;
  for (std::size_t k = 0; k < coordinates.size(); ++k) {
    fall -= coordinates[k] * (2 * model.gradient[k] + model.curvatures[k] * coordinates[k]);
  }
  return fall;
}

std::vector<double> ResidualModel::gauss_newton_step() const {
  std::vector<double> step(size(), 0.0);
  for (std::size_t k = 0; k < step.size(); ++k) {
    if (model.curvatures[k] > 0) step[k] = -model.gradient[k] / model.curvatures[k];
  }
  return step;
}

ResidualModel residual_model(Walk& walk, ColumnScale& scale) {
  const std::size_t m = walk.objective().capabilities().residuals;
  ResidualModel result;
  const Residuals& at = walk.residuals_here();
  result.residuals = at.values;
  const std::vector<double>& jacobian = at.jacobian;
  if (!is_finite(result.residuals) || !is_finite(jacobian)) return {};
  scale.update(jacobian, m);
  result.model = least_squares_model(jacobian, result.residuals, scale.values());
  if (largest(result.model.gradient) == 0) return {};
  return result;
}

std::vector<double> damped_step(const LeastSquaresModel& model, double radius) {
  std::vector<double> step(model.gradient.size(), 0.0);
  const auto first = static_cast<std::size_t>(
      std::find_if(model.curvatures.begin(), model.curvatures.end(), [](double c) { return c > 0; }) -
      model.curvatures.begin());
  if (first == step.size()) return step;
  const auto rest =
      trust_region_step(std::span(model.curvatures).subspan(first), std::span(model.gradient).subspan(first), radius);
  std::copy(rest.begin(), rest.end(), step.begin() + static_cast<std::ptrdiff_t>(first));
  return step;
}

}  // namespace downhill::optimize
