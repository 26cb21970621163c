#include "optimize/residual_model.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

void ColumnScale::update(std::span<const double> jacobian, std::size_t m) {
  const std::size_t n = jacobian.size() / m;
  values_.resize(n, 0.0);
  std::vector<double> column(m);
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t i = 0; i < m; ++i) column[i] = jacobian[i * n + j];
    const double length = norm(column);
    values_[j] = std::max(values_[j] == 1 && length > 0 ? 0.0 : values_[j], length);
    if (values_[j] == 0) values_[j] = 1;  // a parameter nothing depends on yet
  }
}

std::vector<double> ColumnScale::divided(std::vector<double> v) const {
  for (std::size_t i = 0; i < v.size(); ++i) v[i] /= values_[i];
  return v;
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
  result.residuals.resize(m);
  std::vector<double> jacobian(m * walk.size());
  walk.objective().residuals_and_jacobian(walk.here().x, result.residuals, jacobian);
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

namespace {

double first_radius(const ResidualRegion& region, const ResidualModel& model, const Walk& walk) {
  std::vector<double> scaled(walk.here().x);
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= region.scale.values()[i];
  const double length = norm(scaled);
  return length > 0 ? length : norm(model.residuals);
}

double judge(const ColumnScale& scale, const Point& from, const Trial& next, double foretold) {
  if (!is_usable(next)) return -1;
  return success_of({foretold, from.value, next.point.value, norm(scale.divided(from.gradient)),
                     norm(scale.divided(next.point.gradient))});
}

}  // namespace

StepOutcome step_in_region(Walk& walk, ResidualRegion& region, double initial_radius, StepWithin within) {
  const ResidualModel model = residual_model(walk, region.scale);
  if (model.size() == 0) return {StepOutcome::Kind::stalled};
  if (region.radius == 0) region.radius = initial_radius * first_radius(region, model, walk);
  for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
    const std::vector<double> coordinates = within(model, region.radius);
    const double length = norm(coordinates);
    const std::vector<double> step = region.scale.divided(model.model.combine(coordinates));
    const Trial next = try_step(walk, {step, 0}, 1.0);
    if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};
    const double success = judge(region.scale, walk.here(), next, model.fall(coordinates));
    if (success < 1e-4) {
      const double slope = 2 * dot(model.model.gradient, coordinates);
      const double rise = next.point.value - walk.here().value;
      const double bottom = std::isfinite(rise) && rise > slope ? -0.5 * slope / (rise - slope) : 0.1;
      region.radius = std::clamp(bottom, 0.1, 0.5) * length;
      continue;
    }
    if (success < 0.25) {
      region.radius = 0.5 * length;
    } else if (success > 0.75) {
      region.radius = std::max(region.radius, 2 * length);
    }
    walk.move(next.point);
    return {};
  }
  return {StepOutcome::Kind::stalled};
}

}  // namespace downhill::optimize
