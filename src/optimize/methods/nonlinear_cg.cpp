#include <downhill/methods/nonlinear_cg.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields NonlinearCg::fields() {
  using options::field;
  return {field("beta", &NonlinearCg::beta, "weight of the direction before"),
          field("line_search", &NonlinearCg::line_search, "how far to go"),
          field("restart", &NonlinearCg::restart, "iterations between restarts; 0: six times the number of variables")};
}

namespace optimize {

template <>
struct Implementation<NonlinearCg> {
  static Traits traits(const NonlinearCg& options) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    int unit = 0;                   // gradients and slopes are divided by 2^unit
    std::vector<double> direction;  // the next one; empty: along the gradient
    double step = 0;                // accepted last, and the slope it was for; 0: none yet
    double slope = 0;
    std::size_t since_restart = 0;
    PatientSearch search;
    template <class Visitor>
    void visit(Visitor& v) {
      v("unit", unit);
      v("direction", direction);
      v("step", step);
      v("slope", slope);
      v("since_restart", since_restart);
      v("search", search);
    }
  };

  static State init(const NonlinearCg&, Walk& walk) {
    State state;
    const double steepest = largest(walk.here().gradient);
    if (steepest > 0) state.unit = std::ilogb(steepest);
    return state;
  }

  static std::vector<double> scaled(const State& state, std::span<const double> gradient) {
    std::vector<double> result(gradient.begin(), gradient.end());
    scale(result, -state.unit);
    return result;
  }

  static StepOutcome step(const NonlinearCg& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    if (largest(here.gradient) == 0) return {StepOutcome::Kind::stalled};
    const std::vector<double> gradient = scaled(state, here.gradient);
    while (!walk.is_over()) {
      const bool is_new = state.direction.empty();
      if (is_new) restart(state, gradient);
      const double slope = dot(gradient, state.direction);
      bool is_lost = is_new;
      if (slope < 0 && std::isfinite(slope)) {
        const double full_slope = dot(here.gradient, state.direction);
        // The first change of f is taken to be the one of the step before (Nocedal & Wright, equation 3.60 and above).
        const double suggested =
            state.step > 0 ? state.step * (state.slope / slope) : first_step(walk, state.direction, full_slope);
        if (auto trial = state.search.find(options.line_search, walk, {state.direction, full_slope}, suggested)) {
          state.step = trial->step;
          state.slope = slope;
          turn(options, state, gradient, scaled(state, trial->point.gradient));
          walk.move(std::move(trial->point));
          return {};
        }
        is_lost = is_lost || is_lost_in_rounding(walk, full_slope, suggested);
      }
      if (is_lost) break;
      state.direction.clear();
      state.step = 0;
    }
    return {StepOutcome::Kind::stalled};
  }

  static void restart(State& state, std::span<const double> gradient) {
    state.direction.assign(gradient.begin(), gradient.end());
    for (double& entry : state.direction) entry = -entry;
    state.since_restart = 0;
  }

  // The next direction.
  static void turn(const NonlinearCg& options, State& state, std::span<const double> before,
                   std::span<const double> after) {
    const std::size_t interval = options.restart > 0 ? options.restart : 6 * after.size();
    const double size = norm(after);
    if (++state.since_restart >= interval || size == 0) return restart(state, after);
    const double orthogonality = std::abs(dot(after, before)) / (size * size);
    if (options.beta == ConjugateBeta::fletcher_reeves && orthogonality >= 0.2) return restart(state, after);
    const double beta = weight(options.beta, state.direction, before, after);
    for (std::size_t i = 0; i < after.size(); ++i) state.direction[i] = beta * state.direction[i] - after[i];
    const double slope = dot(after, state.direction);
    if (!(slope <= -1e-3 * size * size) || !is_finite(state.direction)) restart(state, after);
  }

  static double weight(ConjugateBeta kind, std::span<const double> direction, std::span<const double> before,
                       std::span<const double> after) {
    std::vector<double> y(after.begin(), after.end());
    for (std::size_t i = 0; i < y.size(); ++i) y[i] -= before[i];
    const double along = dot(direction, y);
    switch (kind) {
      case ConjugateBeta::fletcher_reeves: return dot(after, after) / dot(before, before);
      case ConjugateBeta::polak_ribiere_plus: return std::max(0.0, dot(after, y) / dot(before, before));
      case ConjugateBeta::hestenes_stiefel: return std::max(0.0, dot(after, y) / along);
      case ConjugateBeta::dai_yuan: return dot(after, after) / along;
      case ConjugateBeta::hager_zhang: break;
    }
    const double full = (dot(y, after) - 2 * (dot(y, y) / along) * dot(direction, after)) / along;
    return std::max(full, 0.4 * (dot(direction, before) / dot(direction, direction)));
  }
};

}  // namespace optimize

template Method::Method(const NonlinearCg&);

}  // namespace downhill
