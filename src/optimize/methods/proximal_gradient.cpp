#include <downhill/methods/proximal_gradient.hpp>

#include <cmath>
#include <optional>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/smooth_part.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields ProximalGradient::fields() {
  using options::field;
  return {field("acceleration", &ProximalGradient::acceleration, "whether steps carry on in the way of those before"),
          field("contraction", &ProximalGradient::contraction, "factor on a refused step", options::open(0, 1)),
          field("growth", &ProximalGradient::growth, "factor on the step from one iteration to the next",
                options::at_least(1.0))};
}

namespace optimize {

template <>
struct Implementation<ProximalGradient> {
  static Traits traits(const ProximalGradient&) {
    return {.needs = Needs::gradient, .saddles = Traits::Saddles::leaves, .kinks = Traits::Kinks::of_l1_terms};
  }

  struct State {
    SmoothPart smooth;           // at the present point
    std::vector<double> before;  // the point before; empty where the way come says nothing
    double theta = 1;            // t_k of Beck & Teboulle, equation 4.2
    double step = 0;             // 0 before the first
    bool has_contracted = false;
    template <class Visitor>
    void visit(Visitor& v) {
      v("smooth", smooth);
      v("before", before);
      v("theta", theta);
      v("step", step);
      v("has_contracted", has_contracted);
    }
  };

  static State init(const ProximalGradient&, Walk&) { return {}; }

  static StepOutcome step(const ProximalGradient& options, State& state, Walk& walk) {
    if (largest(walk.here().gradient) == 0) return {StepOutcome::Kind::stalled};
    state.smooth.settle(walk);
    const double last = state.step;
    const double longest = last > 0 ? last * (state.has_contracted ? options.growth : 2) : first(walk);
    const bool is_accelerated = options.acceleration == Acceleration::on && !state.before.empty();
    if (is_accelerated) {
      const double theta = 0.5 * (1 + std::sqrt(1 + 4 * (last / longest) * state.theta * state.theta));
      const double momentum = (state.theta - 1) / theta;
      state.theta = theta;
      if (momentum > 0) {
        std::vector<double> ahead(walk.here().x);
        for (std::size_t i = 0; i < ahead.size(); ++i) ahead[i] += momentum * (ahead[i] - state.before[i]);
        SmoothPart from;
        if (is_finite(ahead)) from.evaluate(walk, ahead);
        if (from.is_finite() && advance(options, state, walk, ahead, from, longest)) return {};
        state.theta = 1;
      }
    }
    const std::vector<double> here = walk.here().x;
    const SmoothPart from = state.smooth;
    const double again = is_accelerated ? last : longest;
    return {advance(options, state, walk, here, from, again) ? StepOutcome::Kind::moved : StepOutcome::Kind::stalled};
  }

  // One proximal step from y, if it does not raise f.
  static bool advance(const ProximalGradient& options, State& state, Walk& walk, const std::vector<double>& y,
                      const SmoothPart& from, double t) {
    const Point& here = walk.here();
    const double allowed = here.value + rounding_of(here.value);
    const bool is_here = y == here.x;
    for (int trial = 0; trial < 1100 && !walk.is_over(); ++trial) {
      std::vector<double> x(y);
      for (std::size_t i = 0; i < x.size(); ++i) x[i] -= t * from.gradient()[i];
      if (const Kinks* kinks = walk.kinks()) {
        for (std::size_t i = 0; i < x.size(); ++i) x[i] = kinks->prox(i, y[i] - t * from.gradient()[i], t);
      }
      if (x == here.x) return false;
      SmoothPart next;
      Point point = is_finite(x) ? next.evaluate(walk, x) : Point{};
      const bool is_usable = next.is_finite() && std::isfinite(point.value);
      if (is_usable && is_modelled(y, from, point.x, next, t) && (point.value <= allowed || !is_here)) {
        if (point.value > allowed) return false;
        take(options, state, walk, y, std::move(point), std::move(next), t);
        return true;
      }
      t *= options.contraction;
      state.has_contracted = true;
    }
    return false;
  }

  static void take(const ProximalGradient&, State& state, Walk& walk, const std::vector<double>& y, Point point,
                   SmoothPart smooth, double t) {
    // O'Donoghue & Candès, equation 13: the way on must not point uphill.
    double uphill = 0;
    for (std::size_t i = 0; i < y.size(); ++i) uphill += (y[i] - point.x[i]) * (point.x[i] - walk.here().x[i]);
    if (uphill > 0) state.theta = 1;
    state.before = walk.here().x;
    state.smooth = std::move(smooth);
    state.step = t;
    walk.move(std::move(point));
  }

  // Whether g lies below its parabola of curvature 1/t; where that is lost in rounding, whether its slope says so.
  static bool is_modelled(const std::vector<double>& y, const SmoothPart& from, const std::vector<double>& x,
                          const SmoothPart& next, double t) {
    double linear = 0, bend = 0;
    double square = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double moved = x[i] - y[i];
      linear += from.gradient()[i] * moved;
      bend += (next.gradient()[i] - from.gradient()[i]) * moved;
      square += moved * (moved / t);
    }
    const double rounding = rounding_of(std::max(std::abs(from.value()), std::abs(next.value())));
    if (square <= 16 * rounding) return bend <= square;
    return next.value() <= from.value() + linear + 0.5 * square + rounding;
  }

  // The first t, which moves x by an eighth of its size.
  static double first(const Walk& walk) {
    const std::vector<double> direction = steepest_direction(walk.here().gradient);
    const double reach = first_step(walk, direction, dot(walk.here().gradient, direction));
    return std::ldexp(reach, -exponent_of_size(largest(walk.here().gradient)));
  }
};

}  // namespace optimize

template Method::Method(const ProximalGradient&);

}  // namespace downhill
