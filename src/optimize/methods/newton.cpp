#include <downhill/methods/newton.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "optimize/acceptance.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/newton_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/sparse_factors.hpp"
#include "optimize/sparse_source.hpp"

namespace downhill {

options::Fields Newton::fields() {
  using options::field;
  return {field("shrink", &Newton::shrink, "factor on the radius after a refused step", options::open(0, 1)),
          field("growth", &Newton::growth, "factor on the radius after a step the model foretold well",
                options::open(1, options::infinity))};
}

namespace optimize {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

template <>
struct Implementation<Newton> {
  static Traits traits(const Newton&) {
    return {.needs = Needs::hessian,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear,
            .matrix = Traits::Matrix::dense_or_sparse};
  }

  // The radius is a multiple of the last step's length, measured in the scale of the present Hessian.
  struct State {
    double radius_factor = infinity;
    std::vector<double> last_step;
    std::vector<double> hessian;             // scratch
    std::shared_ptr<SparseFactors> factors;  // of a Hessian of few entries
    template <class Visitor>
    void visit(Visitor& v) {
      v("radius_factor", radius_factor);
      v("last_step", last_step);
    }
  };

  static State init(const Newton&, Walk& walk) {
    SparseSource* sparse = walk.objective().source()->sparse();
    return {infinity, {}, {}, sparse == nullptr ? nullptr : std::make_shared<SparseFactors>(sparse->pattern())};
  }

  // Null where the Hessian is not finite.
  static std::unique_ptr<NewtonModel> model_at(State& state, Walk& walk) {
    const Point& here = walk.here();
    if (state.factors) {
      const SparseMatrix hessian = sparse_hessian(walk.objective(), here.x);
      return is_finite(hessian.entries) ? sparse_newton_model(hessian, here, *state.factors) : nullptr;
    }
    state.hessian.resize(walk.size() * walk.size());
    walk.objective().hessian(here.x, state.hessian);
    return is_finite(state.hessian) ? dense_newton_model(state.hessian, here) : nullptr;
  }

  static StepOutcome step(const Newton& options, State& state, Walk& walk) {
    const std::unique_ptr<NewtonModel> at = model_at(state, walk);
    if (!at || largest(at->gradient()) == 0) return {StepOutcome::Kind::stalled};
    NewtonModel& model = *at;
    const HessianScale& hessian = model.scale();

    double radius = infinity;
    if (std::isfinite(state.radius_factor)) {
      radius = state.radius_factor * norm(hessian.scale_step(state.last_step));
    }
    std::vector<double> plain = model.newton_step();
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      std::vector<double> step;
      if (!plain.empty() && norm(plain) <= radius) {
        step = plain;
      } else {
        if (std::isinf(radius)) radius = first_radius(model, hessian, walk);
        step = model.step_within(radius);
      }
      const bool is_plain = !plain.empty() && step == plain;
      const double length = norm(step);
      const Trial next = try_step(walk, {hessian.unscale_step(step), 0}, 1.0);
      if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};

      const double foretold = model.foretold_fall(step);
      const double success = judge(model, hessian, walk.here(), next, foretold);
      if (success < 1e-4) {
        radius = shrunk_radius(options, model, hessian, walk.here(), next, step, length);
        // Where next to nothing is left of the curvature, a step may be as long as numbers are.
        const double far = 0x1p20 * norm(hessian.scale_step(walk.lengths()));
        if (!std::isfinite(next.point.value) && far > 0) radius = std::min(radius, far);
        continue;
      }
      std::vector<double> moved(walk.size());
      for (std::size_t i = 0; i < moved.size(); ++i) moved[i] = next.point.x[i] - walk.here().x[i];
      state.last_step = std::move(moved);
      state.radius_factor = next_factor(options, success, is_plain, length, radius);
      walk.move(next.point);
      return {};
    }
    return {StepOutcome::Kind::stalled};
  }

  static double judge(const NewtonModel& model, const HessianScale& hessian, const Point& from, const Trial& next,
                      double foretold) {
    if (!is_usable(next)) return -1;
    return success_of({foretold, hessian.scale_value(from.value), hessian.scale_value(next.point.value),
                       norm(model.gradient()), norm(hessian.scale_gradient(next.point.gradient))});
  }

  static double first_radius(NewtonModel& model, const HessianScale& hessian, const Walk& walk) {
    const double natural = model.length_of_modified_step();
    const double length = norm(hessian.scale_step(walk.lengths()));
    return length > 0 ? std::min(natural, length) : natural;
  }

  // The minimum of the parabola through f, the slope and the refused value, kept within [shrink² , shrink * 2] of the step.
  static double shrunk_radius(const Newton& options, const NewtonModel& model, const HessianScale& hessian,
                              const Point& from, const Trial& next, std::span<const double> step, double length) {
    double factor = options.shrink;
    if (std::isfinite(next.point.value)) {
      const double slope = dot(model.gradient(), step);
      const double rise = hessian.scale_value(next.point.value - from.value);
      const double bottom = rise > slope ? -0.5 * slope / (rise - slope) : 0.5;
      factor = std::clamp(bottom, options.shrink * options.shrink, std::min(0.5, 2 * options.shrink));
    }
    return factor * length;
  }

  static double next_factor(const Newton& options, double success, bool is_plain, double length, double radius) {
    if (success < 0.25) return 0.5;
    if (success <= 0.75) return is_plain ? std::max(1.0, radius / length) : 1.0;
    return is_plain ? infinity : options.growth;
  }
};

}  // namespace optimize

template Method::Method(const Newton&);

}  // namespace downhill
