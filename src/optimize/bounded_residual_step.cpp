#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "optimize/box_model.hpp"
#include "optimize/face.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"

namespace downhill::optimize {

namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
using Vector = Eigen::VectorXd;

// |r + J p|² in scaled variables.
class LinearResiduals final : public BoxModel {
 public:
  LinearResiduals(RowMajor jacobian, Vector residuals)
      : jacobian_(std::move(jacobian)), residuals_(std::move(residuals)) {}

  std::vector<double> gradient_at(std::span<const double> step) const override {
    const Vector gradient = 2 * (jacobian_.transpose() * at(step));
    return {gradient.begin(), gradient.end()};
  }

  double fall(std::span<const double> step) const override {
    const Vector change = jacobian_ * view(step);
    return -change.dot(2 * residuals_ + change);
  }

  std::vector<double> face_step(std::span<const std::size_t> variables, std::span<const double> step,
                                std::span<const double>, double radius) const override {
    const Face face(step.size(), {variables.begin(), variables.end()});
    const std::vector<double> columns = face.columns({jacobian_.data(), static_cast<std::size_t>(jacobian_.size())},
                                                     static_cast<std::size_t>(jacobian_.rows()));
    const Vector residuals = at(step);
    const std::vector<double> ones(face.size(), 1.0);
    const LeastSquaresModel model =
        least_squares_model(columns, {residuals.data(), static_cast<std::size_t>(residuals.size())}, ones);
    return face.whole(model.combine(damped_step(model, radius)), 0);
  }

 private:
  static Eigen::Map<const Vector> view(std::span<const double> v) {
    return {v.data(), static_cast<Eigen::Index>(v.size())};
  }
  [[nodiscard]] Vector at(std::span<const double> step) const { return residuals_ + jacobian_ * view(step); }

  RowMajor jacobian_;
  Vector residuals_;
};

}  // namespace

StepOutcome step_in_bounded_region(Walk& walk, ResidualRegion& region, double initial_radius) {
  const Point& here = walk.here();
  const Box& box = walk.box();
  const std::size_t n = walk.size(), m = walk.objective().capabilities().residuals;
  std::vector<double> residuals(m), jacobian(m * n);
  walk.objective().residuals_and_jacobian(here.x, residuals, jacobian);
  if (!is_finite(residuals) || !is_finite(jacobian)) return {StepOutcome::Kind::stalled};
  region.scale.update(jacobian, m);
  const std::vector<double>& scale = region.scale.values();
  RowMajor columns =
      Eigen::Map<const RowMajor>(jacobian.data(), static_cast<Eigen::Index>(m), static_cast<Eigen::Index>(n));
  StepBounds bounds{std::vector<double>(n), std::vector<double>(n)};
  double length_of_x = 0;
  for (std::size_t i = 0; i < n; ++i) {
    columns.col(static_cast<Eigen::Index>(i)) /= scale[i];
    bounds.lower[i] = (box.lower(i) - here.x[i]) * scale[i];
    bounds.upper[i] = (box.upper(i) - here.x[i]) * scale[i];
    length_of_x = std::max(length_of_x, std::abs(here.x[i]) * scale[i]);
  }
  if (region.radius == 0) region.radius = initial_radius * (length_of_x > 0 ? length_of_x : norm(residuals));
  const LinearResiduals model(std::move(columns),
                              Eigen::Map<const Vector>(residuals.data(), static_cast<Eigen::Index>(m)));
  const double steepness = norm(region.scale.divided(walk.projected_gradient()));
  for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
    const std::vector<double> step = step_in_box(model, bounds, region.radius);
    const double length = largest(step);
    std::vector<double> x(here.x);
    for (std::size_t i = 0; i < n; ++i) {
      x[i] = step[i] == bounds.lower[i]   ? box.lower(i)
             : step[i] == bounds.upper[i] ? box.upper(i)
                                          : box.nearest(i, x[i] + step[i] / scale[i]);
    }
    if (length == 0 || x == here.x || !is_finite(x)) return {StepOutcome::Kind::stalled};
    Trial next{1, walk.evaluate(std::move(x))};
    double success = -1;
    if (is_usable(next)) {
      const std::vector<double> after = box.projected_gradient(next.point.x, next.point.gradient);
      success =
          success_of({model.fall(step), here.value, next.point.value, steepness, norm(region.scale.divided(after))});
    }
    if (success < 1e-4) {
      const double slope = dot(here.gradient, region.scale.divided(step));
      const double rise = next.point.value - here.value;
      const double bottom = std::isfinite(rise) && rise > slope ? -0.5 * slope / (rise - slope) : 0.1;
      region.radius = std::clamp(bottom, 0.1, 0.5) * length;
      continue;
    }
    if (success < 0.25) {
      region.radius = 0.5 * length;
    } else if (success > 0.75) {
      region.radius = std::max(region.radius, 2 * length);
    }
    walk.move(std::move(next.point));
    return {};
  }
  return {StepOutcome::Kind::stalled};
}

}  // namespace downhill::optimize
