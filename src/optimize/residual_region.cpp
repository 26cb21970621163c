#include "optimize/residual_region.hpp"

#include <algorithm>
#include <limits>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/newton_model.hpp"
#include "optimize/trust_region.hpp"

namespace downhill::optimize {

namespace {

constexpr double small_gradient = 1e-8;  // relative
constexpr double much = 1e-6;            // of f
// Of a sparse Jacobian: errors of a forecast, of the fall; a fall, of f. A residual that falls faster is not settling at a large value.
constexpr int most_shortenings = 8;
constexpr double good = 0.1, poor = 0.25, hardly_falling = 0.2;

double first_radius(const ResidualRegion& region, const Walk& walk) {
  std::vector<double> scaled(walk.here().x);
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= region.scale.values()[i];
  const double length = norm(scaled);
  return length > 0 ? length : norm(walk.here().residuals->values);
}

using Attempt = ResidualAttempt;

bool is_accepted(const Attempt& attempt) { return attempt.success >= least_success; }

// The linear model at a point with its Jacobian.
ResidualSteps& model_at(const Point& here, ResidualRegion& region) {
  const Residuals& at = *here.residuals;
  if (at.pattern == nullptr) {
    region.dense.set(at.jacobian, at.values, region.scale.values());
    return region.dense;
  }
  if (!region.sparse) region.sparse = std::make_shared<SparseResiduals>(*at.pattern);
  region.sparse->set(at.jacobian, at.values, region.scale.values());
  return *region.sparse;
}

class Iteration {
 public:
  Iteration(Walk& walk, ResidualRegion& region) : walk_(walk), region_(region), model_(model_at(walk.here(), region)) {}

  [[nodiscard]] const ResidualSteps& model() const { return model_; }
  // Whether the model is trusted that knows of more than the Jacobian.
  [[nodiscard]] bool is_curved() const { return region_.sparse ? region_.is_curved : region_.secant.is_trusted(); }
  void distrust_curvature() {
    region_.is_curved = false;
    region_.secant.distrust();
  }

  void try_by_residuals(ResidualPath path, Attempt& next) {
    if (path == ResidualPath::dogleg) {
      model_.dogleg(region_.radius, next.scaled);
    } else {
      model_.damped(region_.radius, next.scaled);
    }
    next.fall = model_.fall(next.scaled);
    complete(next);
  }

  void try_by_curvature(Attempt& next) {
    if (region_.sparse) {
      try_by_hessian(next);
    } else {
      try_by_secant(next);
    }
  }

  // The trial becomes the present point, and teaches the model of curvature.
  void take(Attempt& next) {
    region_.radius = next_radius(region_.radius, next.length, next.success);
    const double before = walk_.here().value;
    const double fall = before - next.point.value, by_residuals = model_.fall(next.scaled);
    const bool is_telling = !is_left_to_gradients({next.fall, before, next.point.value, 0, 0});
    if (region_.sparse) {
      const double error = std::abs(fall - by_residuals);
      if (is_telling && error > poor * std::abs(fall) && fall < hardly_falling * before) region_.is_curved = true;
      if (error < good * std::abs(fall) && fall > hardly_falling * before) region_.is_curved = false;
      walk_.move(std::move(next.point));
      return;
    }
    if (!region_.secant.matrix().empty() && is_telling) {
      region_.secant.judge({before, fall, by_residuals, by_residuals - region_.secant.along(next.step)});
    }
    std::vector<double>& change = region_.change;
    change = next.point.gradient;
    for (std::size_t i = 0; i < change.size(); ++i) change[i] = 0.5 * (change[i] - walk_.here().gradient[i]);
    walk_.move(std::move(next.point));
    find_by_jacobian(next.step);
    region_.secant.update(next.step, change, region_.by_jacobian);
  }

 private:
  // The step of D⁻¹(H/2)D⁻¹.
  void try_by_hessian(Attempt& next) {
    const std::vector<double>& scale = region_.scale.values();
    if (!hessian_) {
      SparseMatrix half = sparse_hessian(walk_.objective(), walk_.here().x);
      const analysis::SparsityPattern& pattern = *half.pattern;
      for (std::size_t i = 0; i < pattern.rows(); ++i) {
        for (std::size_t k = pattern.begin[i]; k < pattern.begin[i + 1]; ++k) {
          half.entries[k] *= 0.5 / (scale[i] * scale[pattern.entries[k]]);
        }
      }
      if (!region_.hessian_factors) region_.hessian_factors = std::make_shared<SparseFactors>(pattern);
      Point at{walk_.here().x, 0, model_.gradient()};
      for (std::size_t i = 0; i < scale.size(); ++i) at.x[i] *= scale[i];
      if (is_finite(half.entries)) hessian_ = sparse_newton_model(half, at, *region_.hessian_factors);
    }
    if (!hessian_) return try_by_residuals(ResidualPath::damped, next);
    std::vector<double> q = hessian_->newton_step();
    if (!q.empty()) next.scaled = hessian_->scale().unscale_step(q);
    double within = region_.radius;  // in the scale of that model, which measures lengths another way
    for (int k = 0; (q.empty() || norm(next.scaled) > 1.1 * region_.radius) && k < most_shortenings; ++k) {
      q = hessian_->step_within(within);
      next.scaled = hessian_->scale().unscale_step(q);
      within *= std::min(0.9, region_.radius / norm(next.scaled));
    }
    next.fall = 2 * hessian_->scale().unscale_value(hessian_->foretold_fall(q));
    complete(next);
  }

  // The step of (J D⁻¹)ᵀ(J D⁻¹) + D⁻¹SD⁻¹, which may be indefinite.
  void try_by_secant(Attempt& next) {
    const std::size_t n = model_.size();
    std::vector<double> matrix(region_.dense.matrix());
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
    next.fall = 2 * dot(down, q) - curvature;
    next.scaled = std::move(q);
    complete(next);
  }

  void complete(Attempt& next) {
    next.success = -1;
    next.length = norm(next.scaled);
    region_.scale.divide(next.scaled, next.step);
    walk_.give_up(std::move(next.point));
    next.point = walk_.room();
    walk_.box().along(walk_.here().x, 1, next.step, next.point.x);
    if (!is_finite(next.point.x)) {
      next.point.value = std::numeric_limits<double>::quiet_NaN();
      next.point.gradient.clear();
      return;
    }
    walk_.complete_by_residuals(next.point);
    next.success = success_of_trial(walk_, next.point, next.fall,
                                    [&](const Point& at) { return norm(region_.scale.divided(at.gradient)); });
    if (is_accepted(next)) {
      walk_.add_jacobian(next.point);
      if (!is_finite(next.point.gradient) || !is_finite(next.point.residuals->jacobian)) next.success = -1;
    }
  }

  // JᵀJ v of the present point.
  void find_by_jacobian(std::span<const double> v) {
    const std::vector<double>& jacobian = walk_.here().residuals->jacobian;
    std::vector<double>& result = region_.by_jacobian;
    result.assign(v.size(), 0.0);
    for (std::size_t row = 0; row < jacobian.size(); row += v.size()) {
      double along = 0;
      for (std::size_t j = 0; j < v.size(); ++j) along += jacobian[row + j] * v[j];
      for (std::size_t j = 0; j < v.size(); ++j) result[j] += along * jacobian[row + j];
    }
  }

  Walk& walk_;
  ResidualRegion& region_;
  ResidualSteps& model_;
  std::unique_ptr<NewtonModel> hessian_;  // here, once it was asked for
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
  at.pattern != nullptr ? region.scale.update(at.jacobian, *at.pattern)
                        : region.scale.update(at.jacobian, at.values.size());
  Iteration iteration(walk, region);
  if (largest(iteration.model().gradient()) == 0) return {StepOutcome::Kind::stalled};
  if (region.radius == 0) region.radius = initial_radius * first_radius(region, walk);
  const ResidualPath second = first == ResidualPath::dogleg ? ResidualPath::damped : ResidualPath::dogleg;
  const double far = norm(iteration.model().gauss_newton());
  for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
    const bool is_curved = iteration.is_curved();
    Attempt &next = region.first, &other = region.second;
    if (is_curved) {
      iteration.try_by_curvature(next);
    } else {
      iteration.try_by_residuals(first, next);
    }
    if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};
    if (!is_accepted(next) && is_curved) {
      iteration.distrust_curvature();
    } else if (!is_accepted(next) && far > region.radius && !walk.is_over()) {
      iteration.try_by_residuals(second, other);
      if (is_accepted(other)) std::swap(next, other);
    }
    if (is_accepted(next)) {
      iteration.take(next);
      return {};
    }
    // Shorter steps foretell even less.
    if (!is_curved && next.fall <= rounding_of(walk.here().value)) return {StepOutcome::Kind::stalled};
    region.radius = 0.5 * next.length;
  }
  return {StepOutcome::Kind::stalled};
}

// Whether the gradient is so small that the run may end here, although the next step would take much of f away: where f is all but
// 0, x has long all its digits when f has not.
bool is_worth_another(const Walk& walk, ResidualRegion& region) {
  const Point& here = walk.here();
  if (!(walk.relative_gradient() <= small_gradient)) return false;
  const ResidualSteps& model = model_at(here, region);
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
