#include <downhill/methods/lbfgs.hpp>

#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields Lbfgs::fields() {
  using options::field;
  return {field("memory", &Lbfgs::memory, "steps remembered", options::at_least(1)),
          field("line_search", &Lbfgs::line_search, "how far to go; the first trial is 1")};
}

namespace optimize {

template <>
struct Implementation<Lbfgs> {
  static Traits traits(const Lbfgs& options) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    LimitedMemory memory;
    std::vector<int> units;  // of the variables, as long as nothing is remembered
    PatientSearch search;
    std::vector<double> direction, moved;  // room for those of a step
    template <class Visitor>
    void visit(Visitor& v) {
      v("memory", memory);
      v("units", units);
      v("search", search);
    }
  };

  static State init(const Lbfgs&, Walk&) { return {}; }

  static StepOutcome step(const Lbfgs& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    if (largest(here.gradient) == 0) return {StepOutcome::Kind::stalled};
    while (!walk.is_over()) {
      const bool is_new = state.memory.is_empty();
      if (is_new) state.units = unit_exponents(walk);
      std::vector<double>& direction = state.direction;
      if (is_new) {
        direction = steepest_direction(here.gradient, state.units);
      } else {
        state.memory.direction(here.gradient, direction);
      }
      const double slope = dot(here.gradient, direction);
      bool is_lost = is_new;
      if (slope < 0 && std::isfinite(slope)) {
        const double suggested = is_new ? first_step(walk, direction, slope, state.units) : 1;
        const Ray ray{direction, slope};
        if (auto trial = state.search.find(options.line_search, walk, ray, suggested)) {
          if (!is_new && has_ended_early(*trial, ray)) {
            state.memory.clear();
          } else {
            remember(options, state, here, trial->point);
          }
          walk.move(std::move(trial->point));
          return {};
        }
        is_lost = is_lost || is_lost_in_rounding(walk, slope, suggested);
      }
      if (is_lost) break;
      state.memory.clear();
    }
    return {StepOutcome::Kind::stalled};
  }

  static void remember(const Lbfgs& options, State& state, const Point& from, const Point& to) {
    state.moved = to.x;
    for (std::size_t i = 0; i < state.moved.size(); ++i) state.moved[i] -= from.x[i];
    state.memory.add(state.moved, from.gradient, to.gradient, options.memory, state.units);
  }
};

}  // namespace optimize

template Method::Method(const Lbfgs&);

}  // namespace downhill
