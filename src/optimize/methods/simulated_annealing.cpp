#include <downhill/methods/simulated_annealing.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "ir/scalar.hpp"
#include "ops/formula/logarithm.hpp"
#include "optimize/batch.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields SimulatedAnnealing::fields() {
  using options::field;
  return {
      field("radius", &SimulatedAnnealing::radius, "first and longest steps, in units of x; none: |x_i|",
            options::positive()),
      field("first_acceptance", &SimulatedAnnealing::first_acceptance,
            "probability of the mean rise at the first temperature", options::open(0, 1)),
      field("cooling", &SimulatedAnnealing::cooling, "factor from one temperature to the next", options::open(0, 1)),
      field("sweeps", &SimulatedAnnealing::sweeps, "moves of each variable at each temperature",
            options::closed(1, 1e9)),
      field("smallest_step", &SimulatedAnnealing::smallest_step, "ends below these steps, relative to x",
            options::open(0, 1))};
}

namespace optimize {

namespace {

constexpr std::size_t sampled_rises = 32;

// The temperature at which the mean rise about the start is accepted as often as asked for.
double first_temperature(const SimulatedAnnealing& options, std::span<const double> steps, Walk& walk) {
  const std::size_t n = walk.size();
  const Point& here = walk.here();
  Batch samples(sampled_rises, n);
  for (std::size_t k = 0; k < sampled_rises; ++k) {
    for (std::size_t i = 0; i < n; ++i)
      samples[k][i] = reflected(here.x[i] + steps[i] * walk.draws().normal(), walk.box(), i);
  }
  samples.evaluate(walk);
  double mean = 0, count = 0;
  for (const double value : samples.values) {
    const double change = std::abs(value - here.value);
    if (!std::isfinite(change)) continue;
    ++count;
    mean += (change - mean) / count;
  }
  if (count == 0) mean = std::abs(here.value);
  samples.has_moved(walk);
  return mean / -scalar::log(options.first_acceptance);
}

}  // namespace

template <>
struct Implementation<SimulatedAnnealing> {
  static Traits traits(const SimulatedAnnealing&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> first;  // steps; also the longest
    std::vector<double> steps;
    double temperature = -1;  // not known before the first step
    template <class Visitor>
    void visit(Visitor& v) {
      v("first", first);
      v("steps", steps);
      v("temperature", temperature);
    }
  };

  static State init(const SimulatedAnnealing& options, Walk& walk) {
    State state;
    state.first = state.steps = search_lengths(walk.here().x, options.radius, walk.box());
    return state;
  }

  static StepOutcome step(const SimulatedAnnealing& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    if (state.temperature < 0) {
      state.temperature = first_temperature(options, state.steps, walk);
      return {};
    }
    bool is_small = true;
    for (std::size_t i = 0; i < n; ++i) {
      is_small = is_small && is_negligible(state.steps[i], walk.here().x[i], state.first[i], options.smallest_step);
    }
    if (is_small || state.temperature <= rounding_of(walk.here().value)) return {StepOutcome::Kind::finished};

    std::vector<double> x = walk.here().x;
    double value = walk.here().value;
    Point best = walk.here();
    std::vector<double> accepted(n, 0.0);
    for (std::uint64_t sweep = 0; sweep < options.sweeps; ++sweep) {
      for (std::size_t i = 0; i < n && !walk.is_over(); ++i) {
        const double before = x[i];
        x[i] = reflected(x[i] + state.steps[i] * walk.draws().normal(), walk.box(), i);
        const double trial = value_at(walk, x);
        const double rise = trial - value;
        // exp(-rise / temperature) > u, with u even on (0, 1]
        const bool is_accepted =
            std::isfinite(trial) && (rise <= 0 || rise < -state.temperature * scalar::log(1 - walk.draws().uniform()));
        if (!is_accepted) {
          x[i] = before;
          continue;
        }
        ++accepted[i];
        value = trial;
        if (value < best.value) best = {x, value, {}};
      }
    }
    if (best.value < walk.here().value) walk.move(std::move(best));
    for (std::size_t i = 0; i < n; ++i) {  // Corana et al., step 5, with c = 2
      const double share = accepted[i] / static_cast<double>(options.sweeps);
      if (share > 0.6) state.steps[i] *= 1 + 2 * (share - 0.6) / 0.4;
      if (share < 0.4) state.steps[i] /= 1 + 2 * (0.4 - share) / 0.4;
      state.steps[i] = std::min(state.steps[i], std::max(state.first[i], std::abs(walk.here().x[i])));
    }
    state.temperature *= options.cooling;
    return {};
  }
};

}  // namespace optimize

template Method::Method(const SimulatedAnnealing&);

}  // namespace downhill
