#include <downhill/methods/local_search.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"

namespace downhill {

options::Fields LocalSearch::fields() {
  using options::field;
  return {
      field("step", &LocalSearch::step, "first step, in units of x", options::positive()),
      field("smallest_step", &LocalSearch::smallest_step, "ends below this step, relative to x", options::open(0, 1)),
      field("contraction", &LocalSearch::contraction, "factor on the step after a failure", options::open(0, 1)),
      field("batch", &LocalSearch::batch, "points tried per iteration", options::closed(1, 1e6))};
}

namespace optimize {

template <>
struct Implementation<LocalSearch> {
  static Traits traits(const LocalSearch&) {
    return {.needs = Needs::values,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::values_alone,
            .bounds = Traits::Bounds::keeps};
  }

  struct State {
    double step = 0;
    template <class Visitor>
    void visit(Visitor& v) {
      v("step", step);
    }
  };

  static State init(const LocalSearch& options, Walk&) { return {options.step}; }

  static StepOutcome step(const LocalSearch& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const Point& here = walk.here();
    const double length = std::max(largest(here.x), options.step);
    if (state.step <= options.smallest_step * length) return {StepOutcome::Kind::finished};
    std::vector<double> points(options.batch * n), values(options.batch), direction(n);
    for (std::size_t k = 0; k < options.batch; ++k) {
      walk.draws().direction(direction);
      for (std::size_t i = 0; i < n; ++i) {
        points[k * n + i] = walk.box().nearest(i, here.x[i] + state.step * direction[i]);
      }
    }
    walk.values(points, values);
    std::size_t best = options.batch;
    for (std::size_t k = 0; k < options.batch; ++k) {
      const double lowest = best == options.batch ? here.value : values[best];
      if (std::isfinite(values[k]) && values[k] < lowest) best = k;
    }
    if (best == options.batch) {
      state.step *= options.contraction;
      return {};
    }
    state.step = std::min(2 * state.step, 1e300);
    const auto first = points.begin() + static_cast<std::ptrdiff_t>(best * n);
    Point next{std::vector<double>(first, first + static_cast<std::ptrdiff_t>(n)), values[best], {}};
    if (!is_finite(next.x)) return {StepOutcome::Kind::stalled};
    walk.move(std::move(next));
    return {};
  }
};

}  // namespace optimize

template Method::Method(const LocalSearch&);

}  // namespace downhill
