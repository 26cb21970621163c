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
    double step = 0;  // accepted last; 0 before the first
    std::vector<double> direction;
  };

  static State init(const GradientDescent&, Walk& walk) { return {0, std::vector<double>(walk.size())}; }

  static StepOutcome step(const GradientDescent& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    for (std::size_t i = 0; i < here.x.size(); ++i) state.direction[i] = -here.gradient[i];
    const double slope = dot(here.gradient, state.direction);
    if (slope == 0) return {StepOutcome::Kind::stalled};
    const double suggested = state.step > 0 ? 2 * state.step : first_step(walk);
    auto trial = options.line_search.model().find(walk, {state.direction, slope}, suggested);
    if (!trial) return {StepOutcome::Kind::stalled};
    state.step = trial->step;
    walk.move(std::move(trial->point));
    return {};
  }

  // Moves x by about its own size, or by 1 from the origin. A power of two times 1 / |g|, so that f times 2^k changes nothing else.
  static double first_step(const Walk& walk) {
    const double length = largest(walk.here().x);
    return (length > 0 ? length : 1.0) / norm(walk.here().gradient);
  }
};

}  // namespace optimize

template Method::Method(const GradientDescent&);

}  // namespace downhill
