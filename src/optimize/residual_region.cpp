#include "optimize/residual_region.hpp"

#include <algorithm>
#include <limits>
#include <memory>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/scaled_residuals.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

namespace {

constexpr double small_gradient = 1e-8;  // relative
constexpr double much = 1e-6;            // of f

double first_radius(const ResidualRegion& region, const Walk& walk) {
  std::vector<double> scaled(walk.here().x);
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= region.scale.values()[i];
  const double length = norm(scaled);
  return length > 0 ? length : norm(walk.here().residuals->values);
}

// A step in scaled variables, the fall of f that its model foretells, and the point it leads to.
struct Attempt {
  std::vector<double> scaled;
  double fall = 0;
  double length = 0;
  std::vector<double> step = {};
  Point point = {};
  double success = -1;

  [[nodiscard]] bool is_accepted() const { return success >= least_success; }
};

class Iteration {
 public:
  Iteration(Walk& walk, ResidualRegion& region)
      : walk_(walk),
        region_(region),
        model_(walk.here().residuals->jacobian, walk.here().residuals->values, region.scale.values()) {}

  [[nodiscard]] const ScaledResiduals& model() const { return model_; }

  [[nodiscard]] Attempt by_residuals(ResidualPath path) {
    std::vector<double> q =
        path == ResidualPath::dogleg ? model_.dogleg(region_.radius) : model_.damped(region_.radius);
    const double fall = model_.fall(q);
    return attempt({std::move(q), fall});
  }

  // The step of (J D⁻¹)ᵀ(J D⁻¹) + D⁻¹SD⁻¹, which may be indefinite.
  [[nodiscard]] Attempt by_secant() {
    const std::size_t n = model_.size();
    std::vector<double> matrix(model_.matrix());
    const std::vector<double>&secant = region_.secant.matrix(), &scale = region_.scale.values();
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) matrix[i * n + j] += secant[i * n + j] / (scale[i] * scale[j]);
    }
    std::vector<double> down(model_.gradient());
    for (double& entry : down) entry = -entry;
    std::vector<double> q = solve_positive_definite(matrix, down);
    if (q.empty() || norm(q) > region_.radius) {
      const EigenDecomposition eigen = eigen_decomposition(matrix, n);
      q = eigen.combine(trust_region_step(eigen.values, eigen.coordinates(model_.gradient()), region_.radius));
    }
    double curvature = 0;
    for (std::size_t i = 0; i < n; ++i) curvature += q[i] * dot(std::span(matrix).subspan(i * n, n), q);
    const double fall = 2 * dot(down, q) - curvature;
    return attempt({std::move(q), fall});
  }

  // The trial becomes the present point, and teaches the secant model.
  void take(Attempt next) {
    const double before = walk_.here().value;
    const std::vector<double> gradient = walk_.here().gradient;
    region_.radius = next_radius(region_.radius, next.length, next.success);
    const double by_residuals = model_.fall(next.scaled);
    const Forecast forecast{before, before - next.point.value, by_residuals,
                            by_residuals - region_.secant.along(next.step)};
    if (!region_.secant.matrix().empty() && !is_left_to_gradients({next.fall, before, next.point.value, 0, 0})) {
      region_.secant.judge(forecast);
    }
    walk_.move(std::move(next.point));
    std::vector<double> change(walk_.here().gradient);
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = 0.5 * (change[i] - gradient[i]);
    region_.secant.update(next.step, change, by_jacobian(next.step));
  }

 private:
  Attempt attempt(Attempt next) {
    next.length = norm(next.scaled);
    next.step = region_.scale.divided(next.scaled);
    std::vector<double> x = along(walk_.here().x, 1, next.step);
    if (!is_finite(x)) {
      next.point = {std::move(x), std::numeric_limits<double>::quiet_NaN(), {}};
      return next;
    }
    next.point = walk_.evaluate_residuals(std::move(x));
    next.success = success_of_trial(walk_, next.point, next.fall,
                                    [&](const Point& at) { return norm(region_.scale.divided(at.gradient)); });
    if (next.is_accepted()) {
      walk_.add_jacobian(next.point);
      if (!is_finite(next.point.gradient) || !is_finite(next.point.residuals->jacobian)) next.success = -1;
    }
    return next;
  }

  // JᵀJ v of the present point.
  std::vector<double> by_jacobian(std::span<const double> v) const {
    const std::vector<double>& jacobian = walk_.here().residuals->jacobian;
    std::vector<double> result(v.size(), 0.0);
    for (std::size_t row = 0; row < jacobian.size(); row += v.size()) {
      double along = 0;
      for (std::size_t j = 0; j < v.size(); ++j) along += jacobian[row + j] * v[j];
      for (std::size_t j = 0; j < v.size(); ++j) result[j] += along * jacobian[row + j];
    }
    return result;
  }

  Walk& walk_;
  ResidualRegion& region_;
  ScaledResiduals model_;
};

}  // namespace

double next_radius(double radius, double length, double success) {
  if (success < 0.1) return 0.5 * length;
  return success > 0.5 ? std::max(radius, 2 * length) : radius;
}

namespace {

StepOutcome iterate(Walk& walk, ResidualRegion& region, double initial_radius, ResidualPath first) {
  const Residuals& at = walk.residuals_here();
  if (!is_finite(at.values) || !is_finite(at.jacobian)) return {StepOutcome::Kind::stalled};
  region.scale.update(at.jacobian, at.values.size());
  Iteration iteration(walk, region);
  if (largest(iteration.model().gradient()) == 0) return {StepOutcome::Kind::stalled};
  if (region.radius == 0) region.radius = initial_radius * first_radius(region, walk);
  const ResidualPath second = first == ResidualPath::dogleg ? ResidualPath::damped : ResidualPath::dogleg;
  const double far = norm(iteration.model().gauss_newton());
  for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
    const bool is_secant = region.secant.is_trusted();
    Attempt next = is_secant ? iteration.by_secant() : iteration.by_residuals(first);
    if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};
    if (!next.is_accepted() && is_secant) {
      region.secant.distrust();
    } else if (!next.is_accepted() && far > region.radius && !walk.is_over()) {
      Attempt other = iteration.by_residuals(second);
      if (other.is_accepted()) next = std::move(other);
    }
    if (next.is_accepted()) {
      iteration.take(std::move(next));
      return {};
    }
    // Shorter steps foretell even less.
    if (!is_secant && next.fall <= rounding_of(walk.here().value)) return {StepOutcome::Kind::stalled};
    region.radius = 0.5 * next.length;
  }
  return {StepOutcome::Kind::stalled};
}

// Whether the gradient is so small that the run may end here, although the next step would take much of f away: where f is all but
// 0, x has long all its digits when f has not.
bool is_worth_another(const Walk& walk, const ResidualRegion& region) {
  const Point& here = walk.here();
  if (!(walk.relative_gradient() <= small_gradient)) return false;
  const ScaledResiduals model(here.residuals->jacobian, here.residuals->values, region.scale.values());
  return norm(model.gauss_newton()) <= region.radius && model.fall(model.gauss_newton()) > much * here.value;
}

}  // namespace

StepOutcome step_in_region(Walk& walk, ResidualRegion& region, double initial_radius, ResidualPath first) {
  const StepOutcome outcome = iterate(walk, region, initial_radius, first);
  for (int more = 0; more < 3 && outcome.kind == StepOutcome::Kind::moved; ++more) {
    if (walk.is_over() || !is_worth_another(walk, region)) break;
    if (iterate(walk, region, initial_radius, first).kind != StepOutcome::Kind::moved) break;
  }
  return outcome;
}

}  // namespace downhill::optimize
