#include "optimize/projected_newton_step.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/acceptance.hpp"
#include "optimize/dense_box_model.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill::optimize {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

// The way from x to its bounds, in scaled variables.
StepBounds bounds_about(const Box& box, std::span<const double> x, const ScaledHessian& hessian) {
  std::vector<double> lower(x.size()), upper(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) {
    lower[i] = box.lower(i) - x[i];
    upper[i] = box.upper(i) - x[i];
  }
  return {hessian.scale_step(lower), hessian.scale_step(upper)};
}

// x + step; what ends at a bound lies on it.
std::vector<double> point_at(const Box& box, std::span<const double> x, const StepBounds& bounds,
                             std::span<const double> scaled, const ScaledHessian& hessian) {
  std::vector<double> result = hessian.unscale_step(scaled);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = scaled[i] == bounds.lower[i]   ? box.lower(i)
                : scaled[i] == bounds.upper[i] ? box.upper(i)
                                               : box.nearest(i, x[i] + result[i]);
  }
  return result;
}

// Variables that an infinite slope holds at a bound have no second derivatives there and need none.
void leave_out_steepest(std::vector<double>& hessian, std::span<const double> gradient) {
  const std::size_t n = gradient.size();
  for (std::size_t i = 0; i < n; ++i) {
    if (std::abs(gradient[i]) != steepest_at_bound) continue;
    for (std::size_t j = 0; j < n; ++j) hessian[i * n + j] = hessian[j * n + i] = 0;
  }
}

bool is_positive_definite(const ScaledHessian& hessian) {
  return !solve_positive_definite(hessian.matrix(), std::vector<double>(hessian.size(), 0.0)).empty();
}

// The length of x, or of |H|⁻¹ g with small curvatures raised, if that is shorter.
double first_radius(const ScaledHessian& hessian, std::span<const double> gradient, const Walk& walk) {
  const EigenDecomposition eigen = eigen_decomposition(hessian.matrix(), hessian.size());
  const double top = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
  std::vector<double> step = eigen.coordinates(gradient);
  const double steepness = norm(gradient);
  for (std::size_t k = 0; k < step.size(); ++k) {
    step[k] /= std::max(std::abs(eigen.values[k]), top > 0 ? 1e-3 * top : steepness);
  }
  const double natural = norm(step), length = largest(hessian.scale_step(walk.lengths()));
  return length > 0 && length < natural ? length : natural;
}

double judge(const Walk& walk, const ScaledHessian& hessian, double steepness, const Trial& next, double foretold) {
  if (!is_usable(next)) return -1;
  const std::vector<double> after = walk.box().projected_gradient(next.point.x, next.point.gradient);
  return success_of({foretold, hessian.scale_value(walk.here().value), hessian.scale_value(next.point.value), steepness,
                     norm(hessian.scale_gradient(after))});
}

// The minimum of the parabola through f, the slope and the refused value, kept within [shrink², shrink * 2] of the step.
double shrunk_radius(const ProjectedNewton& options, const ScaledHessian& hessian, std::span<const double> gradient,
                     const Point& from, const Trial& next, std::span<const double> step) {
  double factor = options.shrink;
  if (std::isfinite(next.point.value)) {
    const double slope = dot(gradient, step);
    const double rise = hessian.scale_value(next.point.value - from.value);
    const double bottom = rise > slope ? -0.5 * slope / (rise - slope) : 0.5;
    factor = std::clamp(bottom, options.shrink * options.shrink, std::min(0.5, 2 * options.shrink));
  }
  return factor * largest(step);
}

}  // namespace

StepOutcome projected_newton_step(const ProjectedNewton& options, ProjectedNewtonState& state, Walk& walk) {
  const Point& here = walk.here();
  std::vector<double> matrix(walk.size() * walk.size());
  walk.objective().hessian(here.x, matrix);
  leave_out_steepest(matrix, here.gradient);
  if (!is_finite(matrix) || largest(walk.projected_gradient()) == 0) return {StepOutcome::Kind::stalled};
  const ScaledHessian hessian(matrix, here.x);
  std::vector<double> gradient = hessian.scale_gradient(here.gradient);
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (std::abs(here.gradient[i]) == steepest_at_bound) gradient[i] = 0;  // held, whatever the model says
  }
  const DenseBoxModel model(hessian.matrix(), gradient);
  const StepBounds bounds = bounds_about(walk.box(), here.x, hessian);
  double radius = infinity;
  if (std::isfinite(state.radius_factor)) {
    radius = state.radius_factor * largest(hessian.scale_step(state.last_step));
  } else if (!is_positive_definite(hessian)) {
    radius = first_radius(hessian, gradient, walk);
  }
  const double steepness = norm(hessian.scale_gradient(walk.projected_gradient()));
  for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
    const std::vector<double> step = step_in_box(model, bounds, radius);
    const double length = largest(step);
    std::vector<double> x = point_at(walk.box(), here.x, bounds, step, hessian);
    if (length == 0 || x == here.x || !is_finite(x)) return {StepOutcome::Kind::stalled};
    Trial next{1, walk.evaluate(std::move(x))};
    const double success = judge(walk, hessian, steepness, next, model.fall(step));
    if (success < 1e-4) {
      radius = shrunk_radius(options, hessian, gradient, here, next, step);
      continue;
    }
    state.last_step = next.point.x;
    for (std::size_t i = 0; i < state.last_step.size(); ++i) state.last_step[i] -= here.x[i];
    const bool is_inside = length < radius;
    state.radius_factor = success < 0.25    ? 0.5
                          : success <= 0.75 ? (is_inside && std::isfinite(radius) ? radius / length : 1.0)
                          : is_inside       ? infinity
                                            : options.growth;
    walk.move(std::move(next.point));
    return {};
  }
  return {StepOutcome::Kind::stalled};
}

}  // namespace downhill::optimize
