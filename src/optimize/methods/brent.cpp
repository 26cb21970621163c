#include <downhill/methods/brent.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "optimize/batch.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields Brent::fields() {
  using options::field;
  return {field("step", &Brent::step, "first step, in units of x; none: a tenth of |x|", options::positive()),
          field("smallest_step", &Brent::smallest_step, "ends when x is known to within this, relative to x",
                options::open(0, 1))};
}

namespace optimize {

namespace {

constexpr double golden = 0.38196601125010515;  // (3 - sqrt(5)) / 2

struct Sample {
  double x = 0;
  double value = 0;
  template <class Visitor>
  void visit(Visitor& v) {
    v("x", x);
    v("value", value);
  }
};

}  // namespace

template <>
struct Implementation<Brent> {
  static Traits traits(const Brent&) {
    return {.needs = Needs::values,
            .rate = Traits::Rate::values_alone,
            .bounds = Traits::Bounds::keeps,
            .most_variables = 1};
  }

  struct State {
    enum class Phase : std::uint8_t { ahead, behind, doubling, closing } phase = Phase::ahead;
    double first = 0;  // first step
    double reach = 0;  // next step of the bracket, signed
    double end = 0;    // the end of the bracket behind us
    double lower = 0, upper = 0;
    Sample best, second, third;        // Brent's x, w, v
    double step = 0, step_before = 0;  // Brent's d, e
    template <class Visitor>
    void visit(Visitor& v) {
      v("phase", phase);
      v("first", first);
      v("reach", reach);
      v("end", end);
      v("lower", lower);
      v("upper", upper);
      v("best", best);
      v("second", second);
      v("third", third);
      v("step", step);
      v("step_before", step_before);
    }
  };

  static State init(const Brent& options, Walk& walk) {
    State state;
    state.first = search_lengths(walk.here().x, options.step, walk.box())[0] * (options.step ? 1 : 0.1);
    state.reach = state.first;
    return state;
  }

  static StepOutcome step(const Brent& options, State& state, Walk& walk) {
    if (state.phase == State::Phase::closing) return close_in(options, state, walk);
    const double here = walk.here().x[0], next = walk.box().nearest(0, here + state.reach);
    if (!std::isfinite(next)) return {StepOutcome::Kind::stalled};
    // At a bound there is no point beyond: f counts as infinite there.
    const double value = next == here ? std::numeric_limits<double>::infinity() : value_at(walk, std::span(&next, 1));
    const bool has_fallen = is_lower(value, walk.here().value);
    if (has_fallen) {
      state.end = here;
      state.reach *= 2;
      state.phase = State::Phase::doubling;
      walk.move({{next}, value, {}});
    } else if (state.phase == State::Phase::ahead) {
      state.end = next;
      state.reach = -state.reach;
      state.phase = State::Phase::behind;
    } else {  // bracketed between the end and next
      state.lower = std::min(state.end, next);
      state.upper = std::max(state.end, next);
      state.best = state.second = state.third = {here, walk.here().value};
      state.phase = State::Phase::closing;
    }
    return {};
  }

  // Brent (1973), p. 79-80; the names are explained at State.
  static StepOutcome close_in(const Brent& options, State& state, Walk& walk) {
    const double x = state.best.x;
    const double middle = 0.5 * state.lower + 0.5 * state.upper;
    const double tolerance = 0.5 * options.smallest_step * std::max(std::abs(x), state.first);
    if (std::abs(x - middle) <= 2 * tolerance - 0.5 * (state.upper - state.lower)) {
      return {StepOutcome::Kind::finished};
    }
    bool is_parabolic = false;
    if (std::abs(state.step_before) > tolerance) {
      // The parabola through the three samples has its minimum at x + p / q.
      const double unit =
          std::max(std::abs(state.second.value - state.best.value), std::abs(state.third.value - state.best.value));
      const double r = (x - state.second.x) * ((state.best.value - state.third.value) / unit);
      double q = (x - state.third.x) * ((state.best.value - state.second.value) / unit);
      double p = (x - state.third.x) * q - (x - state.second.x) * r;
      q = 2 * (q - r);
      if (q > 0) p = -p;
      q = std::abs(q);
      const double before = state.step_before;
      state.step_before = state.step;
      if (std::isfinite(p) && std::isfinite(q) && std::abs(p) < std::abs(0.5 * q * before) &&
          p > q * (state.lower - x) && p < q * (state.upper - x)) {
        is_parabolic = true;
        state.step = p / q;
        const double next = x + state.step;
        if (next - state.lower < 2 * tolerance || state.upper - next < 2 * tolerance) {
          state.step = x < middle ? tolerance : -tolerance;
        }
      }
    }
    if (!is_parabolic) {
      state.step_before = x < middle ? state.upper - x : state.lower - x;
      state.step = golden * state.step_before;
    }
    const double length = std::max(std::abs(state.step), tolerance);
    const double next = x + (state.step > 0 ? length : -length);
    take({next, value_at(walk, std::span(&next, 1))}, state, walk);
    return {};
  }

  static void take(const Sample& next, State& state, Walk& walk) {
    const auto is_above = [](double a, double b) { return is_lower(b, a); };
    if (!is_above(next.value, state.best.value)) {
      (next.x < state.best.x ? state.upper : state.lower) = state.best.x;
      state.third = state.second;
      state.second = state.best;
      state.best = next;
      if (is_lower(next.value, walk.here().value)) walk.move({{next.x}, next.value, {}});
      return;
    }
    (next.x < state.best.x ? state.lower : state.upper) = next.x;
    if (!is_above(next.value, state.second.value) || state.second.x == state.best.x) {
      state.third = state.second;
      state.second = next;
    } else if (!is_above(next.value, state.third.value) || state.third.x == state.best.x ||
               state.third.x == state.second.x) {
      state.third = next;
    }
  }
};

}  // namespace optimize

template Method::Method(const Brent&);

}  // namespace downhill
