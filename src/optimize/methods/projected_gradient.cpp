#include <downhill/methods/projected_gradient.hpp>

#include <algorithm>
#include <cmath>
#include <deque>

#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields ProjectedGradient::fields() {
  using options::field;
  return {field("history", &ProjectedGradient::history, "values that f must stay below", options::at_least(1)),
          field("sufficient_decrease", &ProjectedGradient::sufficient_decrease, "c in f <= largest + c a gᵀd",
                options::open(0, 0.5))};
}

namespace optimize {

template <>
struct Implementation<ProjectedGradient> {
  static Traits traits(const ProjectedGradient&) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::free,
            .rate = Traits::Rate::linear,
            .bounds = Traits::Bounds::keeps};
  }

  struct State {
    double next_step = 0;  // as a multiple of the gradient / 2^unit; 0: not known
    int unit = 0;
    std::deque<double> values;
    template <class Visitor>
    void visit(Visitor& v) {
      v("next_step", next_step);
      v("unit", unit);
      v("values", values);
    }
  };

  static State init(const ProjectedGradient&, Walk& walk) {
    const double steepest = largest(walk.projected_gradient());
    return {0, steepest > 0 ? std::ilogb(steepest) : 0, {walk.here().value}};
  }

  static StepOutcome step(const ProjectedGradient& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    std::vector<double> downhill = walk.projected_gradient();
    if (largest(downhill) == 0) return {StepOutcome::Kind::stalled};
    for (double& entry : downhill) entry = -std::ldexp(entry, -state.unit);
    const double t = state.next_step > 0 ? state.next_step : first_step(walk, downhill, dot(here.gradient, downhill));
    std::vector<double> way = walk.box().along(here.x, t, downhill);
    for (std::size_t i = 0; i < way.size(); ++i) way[i] -= here.x[i];
    const double slope = dot(here.gradient, way);
    if (!(slope < 0)) return {StepOutcome::Kind::stalled};
    const double ceiling = *std::max_element(state.values.begin(), state.values.end());
    const Ray ray{.direction = way, .slope = slope, .longest = 1};
    double a = 1;
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      Trial next = try_step(walk, ray, a);
      if (next.point.x == here.x) return {StepOutcome::Kind::stalled};
      const double limit = ceiling + options.sufficient_decrease * a * slope + rounding_of(ceiling);
      if (is_usable(next) && next.point.value <= limit) {
        accept(options, state, walk, std::move(next.point));
        return {};
      }
      a = shorter_step(here, slope, next, a);
    }
    return {StepOutcome::Kind::stalled};
  }

  // The bottom of the parabola through f, the slope and the refused value, within a tenth and a half of the step.
  static double shorter_step(const Point& here, double slope, const Trial& refused, double a) {
    if (!is_usable(refused)) return 0.25 * a;
    const double bend = (refused.point.value - here.value) / a - slope;
    const double bottom = -0.5 * a * (slope / bend);
    return std::isfinite(bottom) ? std::clamp(bottom, 0.1 * a, 0.5 * a) : 0.5 * a;
  }

  static void accept(const ProjectedGradient& options, State& state, Walk& walk, Point next) {
    const Point& here = walk.here();
    std::vector<double> s(next.x), before(here.gradient), after(next.gradient), y(s.size());
    for (std::size_t i = 0; i < s.size(); ++i) {
      s[i] -= here.x[i];
      // A slope that became infinite at a bound tells nothing of f on the face it ends on.
      if (std::max(std::abs(before[i]), std::abs(after[i])) == steepest_at_bound) s[i] = before[i] = after[i] = 0;
      y[i] = std::ldexp(after[i], -state.unit) - std::ldexp(before[i], -state.unit);
    }
    if (largest(s) > 0 && is_safely_positive(s, before, after)) {
      state.next_step = norm(s) / (dot(s, y) / norm(s));
    } else {
      const double steepness = norm(walk.box().projected_gradient(next.x, next.gradient));
      state.next_step = 2 * (norm(s) / std::ldexp(steepness, -state.unit));
    }
    if (!std::isfinite(state.next_step)) state.next_step = 0;
    state.values.push_back(next.value);
    while (state.values.size() > options.history) state.values.pop_front();
    walk.move(std::move(next));
  }
};

}  // namespace optimize

template Method::Method(const ProjectedGradient&);

}  // namespace downhill
