#include <downhill/methods/lbfgsb.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/compact_model.hpp"
#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields Lbfgsb::fields() {
  using options::field;
  return {field("memory", &Lbfgsb::memory, "steps remembered", options::at_least(1)),
          field("line_search", &Lbfgsb::line_search, "how far to go; the first trial is 1")};
}

namespace optimize {

template <>
struct Implementation<Lbfgsb> {
  static Traits traits(const Lbfgsb& options) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear,
            .bounds = Traits::Bounds::keeps};
  }

  struct State {
    LimitedMemory memory;
    PatientSearch search;
    template <class Visitor>
    void visit(Visitor& v) {
      v("memory", memory);
      v("search", search);
    }
  };

  static State init(const Lbfgsb&, Walk&) { return {}; }

  static StepOutcome step(const Lbfgsb& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    if (largest(walk.projected_gradient()) == 0) return {StepOutcome::Kind::stalled};
    while (!walk.is_over()) {
      const bool is_new = state.memory.is_empty();
      const std::vector<double> way =
          is_new ? first_way(walk) : CompactModel(state.memory, walk.box(), here.x, here.gradient).way();
      const double slope = way.empty() ? 0 : dot(here.gradient, way);
      bool is_lost = is_new;
      if (slope < 0 && std::isfinite(slope)) {
        const Ray ray{.direction = way, .slope = slope, .longest = walk.box().room(here.x, way)};
        if (auto trial = state.search.find(options.line_search, walk, ray, 1)) {
          if (!is_new && has_ended_early(*trial, ray)) {
            state.memory.clear();
          } else {
            remember(options, state, here, trial->point);
          }
          walk.move(std::move(trial->point));
          return {};
        }
        is_lost = is_lost || is_lost_in_rounding(walk, slope, 1);
      }
      if (is_lost) break;
      state.memory.clear();
    }
    return {StepOutcome::Kind::stalled};
  }

  // Along the projected gradient, as far as lbfgs would go first.
  static std::vector<double> first_way(const Walk& walk) {
    const Point& here = walk.here();
    const std::vector<double> gradient = walk.projected_gradient();
    const std::vector<double> direction = steepest_direction(gradient);
    const double t = first_step(walk, direction, dot(gradient, direction));
    std::vector<double> way = walk.box().along(here.x, t, direction);
    for (std::size_t i = 0; i < way.size(); ++i) way[i] -= here.x[i];
    return way;
  }

  static void remember(const Lbfgsb& options, State& state, const Point& from, const Point& to) {
    std::vector<double> moved(to.x);
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= from.x[i];
    // A slope that became infinite at a bound tells nothing of f on the face it ends on.
    std::vector<double> before(from.gradient), after(to.gradient);
    for (std::size_t i = 0; i < moved.size(); ++i) {
      if (std::max(std::abs(before[i]), std::abs(after[i])) == steepest_at_bound) moved[i] = before[i] = after[i] = 0;
    }
    state.memory.add(moved, before, after, options.memory);
  }
};

}  // namespace optimize

template Method::Method(const Lbfgsb&);

}  // namespace downhill
