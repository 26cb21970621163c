#include <downhill/methods/trust_region.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/acceptance.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/subproblem/subproblem_model.hpp"

namespace downhill {

options::Fields TrustRegion::fields() {
  using options::field;
  return {field("subproblem", &TrustRegion::subproblem, "how the model is minimised within the radius"),
          field("initial_radius", &TrustRegion::initial_radius, "first radius, as a multiple of the length of x",
                options::positive()),
          field("shrink", &TrustRegion::shrink, "factor on the radius after a refused step", options::open(0, 1)),
          field("growth", &TrustRegion::growth, "factor on the radius after a step the model foretold well",
                options::open(1, options::infinity))};
}

namespace optimize {

namespace {

constexpr double most_radius = 0x1p100;  // as a multiple of the last step

QuadraticModel::Form form_of(const TrustRegion& options) {
  return options.subproblem.model().needs() == Needs::hessian ? QuadraticModel::Form::matrix
                                                              : QuadraticModel::Form::products;
}

// The length of the step to the lowest point along -g, curvature taken by size; of x where that is longer, or there is no curvature.
double first_radius(const TrustRegion& options, const QuadraticModel& model, const Walk& walk) {
  const double steepness = norm(model.gradient());
  std::vector<double> unit(model.gradient());
  for (double& entry : unit) entry /= steepness;
  const double curvature = std::abs(dot(unit, model.product(unit)));
  const double length = norm(model.scale_step(walk.lengths()));
  const double natural = curvature > 0 ? steepness / curvature : 0;
  if (length > 0) return options.initial_radius * length;
  return options.initial_radius * (natural > 0 && std::isfinite(natural) ? natural : 1);
}

}  // namespace

template <>
struct Implementation<TrustRegion> {
  static Traits traits(const TrustRegion& options) {
    return {.needs = options.subproblem.model().needs(),
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear};
  }

  // The radius is a multiple of the last step's length, measured in the scale of the present Hessian.
  struct State {
    double radius_factor = 0;
    std::vector<double> last_step;
    double steepest = 0;  // the largest |g| so far
    template <class Visitor>
    void visit(Visitor& v) {
      v("radius_factor", radius_factor);
      v("last_step", last_step);
      v("steepest", steepest);
    }
  };

  static State init(const TrustRegion&, Walk&) { return {}; }

  static StepOutcome step(const TrustRegion& options, State& state, Walk& walk) {
    const double size = norm(walk.here().gradient);
    if (size == 0) return {StepOutcome::Kind::stalled};
    state.steepest = std::max(state.steepest, size);
    QuadraticModel model(walk, form_of(options));
    if (!model.has_finite_hessian()) return {StepOutcome::Kind::stalled};
    double radius = state.last_step.empty() ? first_radius(options, model, walk)
                                            : state.radius_factor * norm(model.scale_step(state.last_step));
    const auto region = options.subproblem.model().at(model, std::sqrt(size / state.steepest));
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      const ModelStep step = region->within(radius);
      if (step.step.empty()) return {StepOutcome::Kind::stalled};
      const double length = norm(step.step);
      const Trial next = try_step(walk, {model.unscale_step(step.step), 0}, 1.0);
      if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};
      const double success = judge(model, walk.here(), next, step.fall);
      if (success < 1e-4) {
        radius = shrunk_radius(options, model, walk.here(), next, step, length);
        continue;
      }
      state.last_step = next.point.x;
      for (std::size_t i = 0; i < state.last_step.size(); ++i) state.last_step[i] -= walk.here().x[i];
      state.radius_factor = std::min(next_radius(options, success, step.ends, length, radius) / length, most_radius);
      walk.move(next.point);
      return {};
    }
    return {StepOutcome::Kind::stalled};
  }

  static double judge(const QuadraticModel& model, const Point& from, const Trial& next, double foretold) {
    if (!is_usable(next)) return -1;
    return success_of({foretold, model.scale_value(from.value), model.scale_value(next.point.value),
                       norm(model.gradient()), norm(model.scale_gradient(next.point.gradient))});
  }

  // The minimum of the parabola through f, the slope and the refused value, kept within [shrink², shrink * 2] of the step.
  static double shrunk_radius(const TrustRegion& options, const QuadraticModel& model, const Point& from,
                              const Trial& next, const ModelStep& step, double length) {
    double factor = options.shrink;
    if (std::isfinite(next.point.value)) {
      const double slope = dot(model.gradient(), step.step);
      const double rise = model.scale_value(next.point.value - from.value);
      const double bottom = rise > slope ? -0.5 * slope / (rise - slope) : 0.5;
      factor = std::clamp(bottom, options.shrink * options.shrink, std::min(0.5, 2 * options.shrink));
    }
    return factor * length;
  }

  static double next_radius(const TrustRegion& options, double success, ModelStep::Ends ends, double length,
                            double radius) {
    if (success < 0.25) return 0.5 * length;
    if (success <= 0.75 || ends == ModelStep::Ends::inside) return radius;
    return std::max(radius, options.growth * length);
  }
};

}  // namespace optimize

template Method::Method(const TrustRegion&);

}  // namespace downhill
