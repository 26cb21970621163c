#include <downhill/methods/pattern_search.hpp>

#include <algorithm>
#include <vector>

#include "optimize/batch.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields PatternSearch::fields() {
  using options::field;
  return {
      field("step", &PatternSearch::step, "first step, in units of x; none: a quarter of |x_i|", options::positive()),
      field("smallest_step", &PatternSearch::smallest_step, "ends below this step, relative to x", options::open(0, 1)),
      field("contraction", &PatternSearch::contraction, "factor on the step after a failure", options::open(0, 1)),
      field("growth", &PatternSearch::growth, "factor on the step after a success", options::at_least(1))};
}

namespace optimize {

template <>
struct Implementation<PatternSearch> {
  static Traits traits(const PatternSearch&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> first;         // first steps
    double factor = 1;                 // on them
    std::vector<double> anchor;        // where the factor was chosen
    std::vector<std::uint64_t> order;  // of the axes: those that led down last come first
    std::vector<std::uint64_t> signs;  // of the step that led down last: 0 up, 1 down
    template <class Visitor>
    void visit(Visitor& v) {
      v("first", first);
      v("factor", factor);
      v("anchor", anchor);
      v("order", order);
      v("signs", signs);
    }
  };

  static State init(const PatternSearch& options, Walk& walk) {
    State state;
    state.first = search_lengths(walk.here().x, options.step, walk.box());
    if (!options.step) {
      for (double& length : state.first) length *= 0.25;
    }
    for (std::size_t i = 0; i < walk.size(); ++i) state.order.push_back(i);
    state.signs.assign(walk.size(), 0);
    state.anchor = walk.here().x;
    return state;
  }

  static StepOutcome step(const PatternSearch& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const std::vector<double> before = walk.here().x;
    bool is_negligible_everywhere = true;
    for (std::size_t i = 0; i < n; ++i) {
      is_negligible_everywhere = is_negligible_everywhere && is_negligible(state.factor * state.first[i], before[i],
                                                                           state.first[i], options.smallest_step);
    }
    if (is_negligible_everywhere) return {StepOutcome::Kind::finished};

    Point best = walk.here();
    std::vector<double> x = before;
    const std::vector<std::uint64_t> order = state.order;
    for (const std::uint64_t i : order) {
      for (int attempt = 0; attempt < 2 && !walk.is_over(); ++attempt) {
        const double length = state.factor * state.first[i];
        x[i] = walk.box().nearest(i, best.x[i] + (state.signs[i] == 0 ? length : -length));
        const bool is_at_bound = walk.box().is_bounded() && x[i] == best.x[i];
        const double value = is_at_bound ? best.value : value_at(walk, x);
        if (is_lower(value, best.value)) {
          best = {x, value, {}};
          const auto place = std::ranges::find(state.order, i);
          std::rotate(state.order.begin(), place, place + 1);
          break;
        }
        x[i] = best.x[i];
        state.signs[i] = 1 - state.signs[i];
      }
    }
    if (best.x != before) {
      if (has_gone_on(before, best, walk)) state.factor = std::min(state.factor * options.growth, 1e300);
    } else if (!walk.is_over() && !(state.anchor != before && has_gone_on(state.anchor, best, walk))) {
      state.factor *= options.contraction;
      state.anchor = before;
      return {};
    }
    if (best.x != before) walk.move(std::move(best));
    return {};
  }

  // Goes on from `best` the way from `from` to it, twice as far each time, as long as that leads down.
  static bool has_gone_on(const std::vector<double>& from, Point& best, Walk& walk) {
    const std::vector<double> corner = best.x;
    std::vector<double> x = corner;
    bool result = false;
    for (double factor = 1; factor < 1e9 && !walk.is_over(); factor *= 2) {
      for (std::size_t i = 0; i < x.size(); ++i)
        x[i] = walk.box().nearest(i, corner[i] + factor * (corner[i] - from[i]));
      if (walk.box().is_bounded() && x == best.x) break;
      const double value = value_at(walk, x);
      if (!is_lower(value, best.value)) break;
      best = {x, value, {}};
      result = true;
    }
    return result;
  }
};

}  // namespace optimize

template Method::Method(const PatternSearch&);

}  // namespace downhill
