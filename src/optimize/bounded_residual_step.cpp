#include <Eigen/Core>
#include <algorithm>
#include <cmath>

#include "optimize/box_model.hpp"
#include "optimize/face.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_region.hpp"

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
  const Residuals& at = walk.residuals_here();
  const std::vector<double>&residuals = at.values, &jacobian = at.jacobian;
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
    Point next = walk.room();
    next.x = std::move(x);
    walk.complete_by_residuals(next);
    double success = success_of_trial(walk, next, model.fall(step), [&](const Point& point) {
      return norm(region.scale.divided(box.projected_gradient(point.x, point.gradient)));
    });
    if (success >= least_success) {
      walk.add_jacobian(next);
      if (!is_finite(next.gradient)) success = -1;
    }
    if (success < least_success) {
      region.radius = 0.5 * length;
      continue;
    }
    region.radius = next_radius(region.radius, length, success);
    walk.move(std::move(next));
    return {};
  }
  return {StepOutcome::Kind::stalled};
}

}  // namespace downhill::optimize
