#include <downhill/methods/gradient_descent.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"

namespace downhill {

options::Fields GradientDescent::fields() {
  using options::field;
  return {field("line_search", &GradientDescent::line_search, "how far to go along the negative gradient")};
}

namespace optimize {

template <>
struct Implementation<GradientDescent> {
  static Traits traits(const GradientDescent& options) {
    return {.needs = Needs::gradient, .descent = options.line_search.model().descent(), .rate = Traits::Rate::linear};
  }

  struct State {
    double step = 0;  // accepted last, as a multiple of the gradient; 0 before the first
    std::vector<double> direction;
    template <class Visitor>
    void visit(Visitor& v) {
      v("step", step);
    }
  };

  static State init(const GradientDescent&, Walk& walk) { return {0, std::vector<double>(walk.size())}; }

  static StepOutcome step(const GradientDescent& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    const double steepest = largest(here.gradient);
    if (steepest == 0) return {StepOutcome::Kind::stalled};
    // -gradient / 2^e, which changes no digit and keeps the slope from overflowing.
    const int exponent = std::ilogb(steepest);
    for (std::size_t i = 0; i < here.x.size(); ++i) state.direction[i] = -std::ldexp(here.gradient[i], -exponent);
    const Ray ray{state.direction, dot(here.gradient, state.direction), std::ldexp(1.0, exponent)};
    const double first = first_step(walk, state.direction);
    double suggested = state.step > 0 ? 2 * state.step * ray.unit : first;
    if (suggested < 0x1p-48 * first)
      suggested = first;  // too short to move x: the gradient has fallen by many orders since
    auto trial = options.line_search.model().find(walk, ray, suggested);
    if (!trial) return {StepOutcome::Kind::stalled};
    state.step = trial->step / ray.unit;
    walk.move(std::move(trial->point));
    return {};
  }

  // Moves x by an eighth of its size, or by an eighth from the origin.
  static double first_step(const Walk& walk, std::span<const double> direction) {
    const double length = largest(walk.here().x);
    return 0.125 * (length > 0 ? length : 1.0) / norm(direction);
  }
};

}  // namespace optimize

template Method::Method(const GradientDescent&);

}  // namespace downhill
