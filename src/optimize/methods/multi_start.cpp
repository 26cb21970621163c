#include <downhill/choice.hpp>
#include <downhill/methods/multi_start.hpp>

#include <cmath>
#include <vector>

#include "optimize/batch.hpp"
#include "optimize/driver.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/search_lengths.hpp"
#include "options/registry.hpp"

namespace downhill {

options::Fields MultiStart::fields() {
  using options::field;
  return {
      field("method", &MultiStart::method, "the local method, run from each start; none: as for a run from one"),
      field("starts", &MultiStart::starts, "runs, the first from the start given", options::at_least(1)),
      field("radius", &MultiStart::radius, "half the side of the box, in units of x; none: |x_i|", options::positive()),
      field("samples", &MultiStart::samples, "points drawn for each start, of which the lowest is taken",
            options::closed(1, 1e6))};
}

void MultiStart::check() const {
  if (method && method->name() == name) throw OptionError("multi_start: method = multi_start is not a local method");
}

namespace optimize {

namespace {

Method local_method(const MultiStart& options, Walk& walk) {
  return options.method ? *options.method : choose_method(walk.objective()).method;
}

// Where the method ends from a finite point, within the walk's limits.
Point end_of_run(const Method& method, Point from, Walk& walk) {
  const Stop stop = walk.remaining();
  const std::uint64_t seed = walk.draws().bits();
  if (method.model().traits().rate != Traits::Rate::values_alone) {
    const Result result =
        drive(walk.objective(), std::move(from), method, stop, {.seed = seed, .stop = walk.token()}, Standing::inside);
    return walk.evaluate(result.x);
  }
  // A method of values alone ends by itself: no verdict is needed but at the very end.
  Walk inside(walk.objective(), std::move(from), stop, walk.token(), seed);
  const auto steps = method.model().start(inside);
  for (std::uint64_t k = 0; k < stop.max_iterations && !inside.is_over() && inside.fell_to().empty(); ++k) {
    if (steps->step(inside).kind != StepOutcome::Kind::moved) break;
  }
  if (!inside.fell_to().empty()) walk.value(inside.fell_to());  // so that the walk knows
  return inside.here();
}

}  // namespace

template <>
struct Implementation<MultiStart> {
  static Traits traits(const MultiStart& options) {
    if (!options.method)
      return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
    const Traits inner = options.method->model().traits();
    return {.needs = inner.needs,
            .rate = Traits::Rate::values_alone,
            .bounds = inner.bounds,
            .most_variables = inner.most_variables};
  }

  struct State {
    std::vector<double> center;
    std::uint64_t done = 0;  // runs
    template <class Visitor>
    void visit(Visitor& v) {
      v("center", center);
      v("done", done);
    }
  };

  static State init(const MultiStart&, Walk& walk) { return {walk.here().x, 0}; }

  static StepOutcome step(const MultiStart& options, State& state, Walk& walk) {
    if (state.done == options.starts) return {StepOutcome::Kind::finished};
    const Method method = local_method(options, walk);
    const Needs needs = method.model().traits().needs;
    Point from = walk.here();
    if (state.done++ > 0) {
      const std::size_t n = walk.size();
      const std::vector<double> lengths = search_lengths(state.center, options.radius, walk.box());
      Batch samples(options.samples, n);
      for (std::size_t k = 0; k < samples.points.size(); ++k) {
        samples.points[k] =
            drawn_about(state.center[k % n], lengths[k % n], walk.box(), k % n, reach_of(options.radius), walk.draws());
      }
      samples.evaluate(walk);
      const std::size_t lowest = samples.lowest();
      from = {std::vector<double>(samples[lowest].begin(), samples[lowest].end()), samples.values[lowest], {}};
    }
    if (needs != Needs::values && from.gradient.empty()) from = walk.evaluate(std::move(from.x));
    if (needs == Needs::residuals) from = with_jacobian(walk.objective(), std::move(from.x));
    if (!std::isfinite(from.value) || !is_finite(from.gradient)) return {};
    Point end = end_of_run(method, std::move(from), walk);
    if (is_lower(end.value, walk.here().value)) walk.move(std::move(end));
    return {};
  }
};

}  // namespace optimize

template Method::Method(const MultiStart&);

}  // namespace downhill
