#pragma once
#include <cmath>
#include <cstdint>
#include <memory>
#include <vector>

#include "optimize/acceptance.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"
#include "optimize/scaled_residuals.hpp"
#include "optimize/secant_curvature.hpp"
#include "optimize/sparse_residuals.hpp"
#include "optimize/walk.hpp"

/// The trust region around the linear model of the residuals.
namespace downhill::optimize {

/// A step in scaled variables, the fall of f that its model foretells, and the point it leads to.
struct ResidualAttempt {
  std::vector<double> scaled;
  std::vector<double> step;
  double fall = 0;
  double length = 0;
  Point point = {};
  double success = -1;
};

/// A radius around the present point, in scaled variables.
struct ResidualRegion {
  ColumnScale scale;
  double radius = 0;       ///< 0 before the first step
  SecantCurvature secant;  // of a dense Jacobian
  bool is_curved = false;  // of a sparse one: steps are those of the Hessian

  // Room for what every step computes anew.
  ScaledResiduals dense;
  std::shared_ptr<SparseResiduals> sparse;         // where the Jacobian has few entries
  std::shared_ptr<SparseFactors> hessian_factors;  // likewise
  ResidualAttempt first, second;
  std::vector<double> change, by_jacobian;

  template <class Visitor>
  void visit(Visitor& v) {
    v("scale", scale);
    v("radius", radius);
    v("secant", secant);
    v("is_curved", is_curved);
  }
};

/// The way from a short step to the Gauss-Newton step as the radius grows: straight lines, or the steps that minimise |r + J p|.
enum class ResidualPath : std::uint8_t { dogleg, damped };

/// One iteration: halves the radius until a step lowers f, at each length by `first` and, where that fails, by the other path.
/// Where f hardly falls any more and the model with secant curvature foretells better, steps are that model's; those of the Hessian where
/// that has few entries as the Jacobian has. A trial costs one
/// evaluation of the residuals, and the step accepted one Jacobian, of which the gradient is made.
///
/// initial_radius: in units of the scaled norm of the start.
/// Reference: Moré, LNM 630 (1978) 105-116, for the scaling. The radius is the longest at which f falls, not the one that foretells
/// best, since a trial is cheap beside a Jacobian and long steps follow curved valleys.
[[nodiscard]] StepOutcome step_in_region(Walk& walk, ResidualRegion& region, double initial_radius, ResidualPath first);

/// The same iteration within the bounds of the walk's box: the damped model is minimised over one face of the box after another,
/// by a singular value decomposition of the columns that vary; see box_model.hpp. The radius bounds each scaled variable.
[[nodiscard]] StepOutcome step_in_bounded_region(Walk& walk, ResidualRegion& region, double initial_radius);

/// The radius for the next step after one of this length that was accepted.
[[nodiscard]] double next_radius(double radius, double length, double success);

/// Whether a trial lowered f as foretold: success_of, with the Jacobian added to the trial where rounding leaves it to the gradients.
/// `steepness` gives the length of a point's gradient. Negative where the trial is not finite.
template <class Steepness>
[[nodiscard]] double success_of_trial(Walk& walk, Point& trial, double fall, const Steepness& steepness) {
  if (!std::isfinite(trial.value)) return -1;
  Foretold step{fall, walk.here().value, trial.value, 0, 0};
  if (is_left_to_gradients(step)) {
    walk.add_jacobian(trial);
    if (!is_finite(trial.gradient)) return -1;
    step.gradient_before = steepness(walk.here());
    step.gradient_after = steepness(trial);
  }
  return success_of(step);
}

constexpr double least_success = 1e-4;  ///< of a step that is accepted

}  // namespace downhill::optimize
