#include <downhill/methods/barzilai_borwein.hpp>

#include <algorithm>
#include <cmath>
#include <deque>

#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields BarzilaiBorwein::fields() {
  using options::field;
  return {field("step", &BarzilaiBorwein::step, "which quotient of the last step and change of gradient"),
          field("history", &BarzilaiBorwein::history, "values that f must stay below", options::at_least(1)),
          field("sufficient_decrease", &BarzilaiBorwein::sufficient_decrease, "c in f <= largest - c t gᵀg",
                options::open(0, 0.5))};
}

namespace optimize {

template <>
struct Implementation<BarzilaiBorwein> {
  static Traits traits(const BarzilaiBorwein&) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::free,
            .rate = Traits::Rate::linear};
  }

  struct State {
    double next_step = 0;  // as a multiple of the gradient / 2^unit; 0: not known
    int unit = 0;
    bool is_long_next = true;
    std::deque<double> values;
    template <class Visitor>
    void visit(Visitor& v) {
      v("next_step", next_step);
      v("unit", unit);
      v("is_long_next", is_long_next);
      v("values", values);
    }
  };

  static State init(const BarzilaiBorwein&, Walk& walk) {
    const double steepest = largest(walk.here().gradient);
    return {0, steepest > 0 ? std::ilogb(steepest) : 0, true, {walk.here().value}};
  }

  static StepOutcome step(const BarzilaiBorwein& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    if (largest(here.gradient) == 0) return {StepOutcome::Kind::stalled};
    std::vector<double> direction(here.gradient);
    for (double& entry : direction) entry = -std::ldexp(entry, -state.unit);
    const double slope = dot(here.gradient, direction);
    if (!(slope < 0)) return {StepOutcome::Kind::stalled};
    const double ceiling = *std::max_element(state.values.begin(), state.values.end());
    double t = state.next_step > 0 ? state.next_step : first_step(walk, direction, slope);
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      Trial next = try_step(walk, {direction, slope}, t);
      if (next.point.x == here.x) return {StepOutcome::Kind::stalled};
      const double limit = ceiling + options.sufficient_decrease * t * slope + rounding_of(ceiling);
      if (is_usable(next) && next.point.value <= limit) {
        accept(options, state, walk, std::move(next.point));
        return {};
      }
      t = shorter_step(here, slope, next, t);
    }
    return {StepOutcome::Kind::stalled};
  }

  // The bottom of the parabola through f, the slope and the refused value, within a tenth and a half of the step.
  static double shorter_step(const Point& here, double slope, const Trial& refused, double t) {
    if (!is_usable(refused)) return 0.25 * t;
    const double bend = (refused.point.value - here.value) / t - slope;
    const double bottom = -0.5 * t * (slope / bend);
    return bottom > 0.1 * t && bottom < 0.5 * t ? bottom : bottom <= 0.1 * t ? 0.1 * t : 0.5 * t;
  }

  static void accept(const BarzilaiBorwein& options, State& state, Walk& walk, Point next) {
    const Point& here = walk.here();
    std::vector<double> s(next.x), y(next.gradient);
    for (std::size_t i = 0; i < s.size(); ++i) {
      s[i] -= here.x[i];
      y[i] = std::ldexp(y[i], -state.unit) - std::ldexp(here.gradient[i], -state.unit);
    }
    if (is_safely_positive(s, here.gradient, next.gradient)) {
      const bool is_long =
          options.step == QuotientStep::longer || (options.step == QuotientStep::alternate && state.is_long_next);
      const double along = dot(s, y) / norm(s);
      state.next_step = is_long ? norm(s) / along : (along / norm(y)) * (norm(s) / norm(y));
      state.is_long_next = !state.is_long_next;
    } else {
      // f curves down along the step: as far as the step before, on the scale of the next gradient.
      state.next_step = norm(s) / std::ldexp(norm(next.gradient), -state.unit);
    }
    if (!std::isfinite(state.next_step)) state.next_step = 0;
    state.values.push_back(next.value);
    while (state.values.size() > options.history) state.values.pop_front();
    walk.move(std::move(next));
  }
};

}  // namespace optimize

template Method::Method(const BarzilaiBorwein&);

}  // namespace downhill
