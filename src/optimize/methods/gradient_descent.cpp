#include <downhill/methods/gradient_descent.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields GradientDescent::fields() {
  using options::field;
  return {field("line_search", &GradientDescent::line_search, "how far to go along the negative gradient")};
}

namespace optimize {

template <>
struct Implementation<GradientDescent> {
  static Traits traits(const GradientDescent& options) {
    return {.needs = Needs::gradient,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::linear,
            .fixed_rate = options.line_search.model().fixed_rate()};
  }

  struct State {
    double step = 0;  // accepted last, as a multiple of the gradient; 0 before the first
    template <class Visitor>
    void visit(Visitor& v) {
      v("step", step);
    }
  };

  static State init(const GradientDescent&, Walk&) { return {}; }

  static StepOutcome step(const GradientDescent& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    const double steepest = largest(here.gradient);
    if (steepest == 0) return {StepOutcome::Kind::stalled};
    const std::vector<double> direction = steepest_direction(here.gradient);
    const Ray ray{direction, dot(here.gradient, direction), std::ldexp(1.0, std::ilogb(steepest))};
    const double first = first_step(walk, direction, ray.slope);
    double suggested = state.step > 0 ? 2 * state.step * ray.unit : first;
    if (suggested < 0x1p-48 * first)
      suggested = first;  // too short to move x: the gradient has fallen by many orders since
    auto trial = options.line_search.model().find(walk, ray, suggested);
    if (!trial) return {StepOutcome::Kind::stalled};
    state.step = trial->step / ray.unit;
    walk.move(std::move(trial->point));
    return {};
  }
};

}  // namespace optimize

template Method::Method(const GradientDescent&);

}  // namespace downhill
