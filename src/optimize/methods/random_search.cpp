#include <downhill/methods/random_search.hpp>

#include <cmath>
#include <vector>

#include "optimize/method_erasure.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields RandomSearch::fields() {
  using options::field;
  return {field("radius", &RandomSearch::radius, "half the side of the box, in units of x", options::positive()),
          field("samples", &RandomSearch::samples, "points drawn in all", options::at_least(1)),
          field("batch", &RandomSearch::batch, "points drawn per iteration", options::closed(1, 1e6))};
}

namespace optimize {

template <>
struct Implementation<RandomSearch> {
  static Traits traits(const RandomSearch&) {
    return {.needs = Needs::values,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::values_alone,
            .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> center;
    std::uint64_t drawn = 0;
    template <class Visitor>
    void visit(Visitor& v) {
      v("center", center);
      v("drawn", drawn);
    }
  };

  static State init(const RandomSearch&, Walk& walk) { return {walk.here().x, 0}; }

  static StepOutcome step(const RandomSearch& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const std::uint64_t count = std::min(options.batch, options.samples - state.drawn);
    if (count == 0) return {StepOutcome::Kind::finished};
    std::vector<double> points(count * n), values(count);
    for (std::size_t k = 0; k < count * n; ++k) {
      points[k] = drawn_about(state.center[k % n], options.radius, walk.box(), k % n, Reach::around, walk.draws());
    }
    walk.values(points, values);
    state.drawn += count;
    std::size_t best = count;
    for (std::size_t k = 0; k < count; ++k) {
      const double lowest = best == count ? walk.here().value : values[best];
      if (std::isfinite(values[k]) && values[k] < lowest) best = k;
    }
    if (best < count) {
      const auto first = points.begin() + static_cast<std::ptrdiff_t>(best * n);
      walk.move({std::vector<double>(first, first + static_cast<std::ptrdiff_t>(n)), values[best], {}});
    }
    return {};
  }
};

}  // namespace optimize

template Method::Method(const RandomSearch&);

}  // namespace downhill
