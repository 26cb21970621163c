#include <downhill/methods/differential_evolution.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "ir/scalar.hpp"
#include "ops/formula/trigonometric.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/population.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields DifferentialEvolution::fields() {
  using options::field;
  return {field("radius", &DifferentialEvolution::radius, "half the side of the first box, in units of x; none: |x_i|",
                options::positive()),
          field("population", &DifferentialEvolution::population, "points; none: 10 n, from 30 to 200",
                options::closed(4, 1e6)),
          field("smallest_step", &DifferentialEvolution::smallest_step,
                "ends when the population is within this, relative to x", options::open(0, 1)),
          field("patience", &DifferentialEvolution::patience, "ends after so many generations without a lower point",
                options::at_least(1))};
}

namespace optimize {

namespace {

constexpr std::size_t memory = 6;           // of factors that have succeeded
constexpr double largest_best_share = 0.2;  // of the population, from which a trial's leader is drawn

// How far to step, F, and how many variables to change, CR.
struct Factors {
  double scale = 0;
  double crossover = 0;
};

// Cauchy about `center` with width 0.1, drawn again while it is not positive, at most 1.
double drawn_scale(double center, Draws& draws) {
  for (;;) {
    const double value = center + 0.1 * scalar::tan(std::numbers::pi * (draws.uniform() - 0.5));
    if (value > 0) return std::min(value, 1.0);
  }
}

// Another index below `count` than those given.
std::size_t other_than(std::size_t a, std::size_t b, std::size_t count, Draws& draws) {
  for (;;) {
    const std::size_t k = draws.below(count);
    if (k != a && k != b) return k;
  }
}

}  // namespace

template <>
struct Implementation<DifferentialEvolution> {
  static Traits traits(const DifferentialEvolution&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> lengths;
    Batch population;             // empty before the first step
    std::vector<double> archive;  // points that better ones have replaced
    std::vector<double> scales, crossovers;
    std::uint64_t oldest = 0;  // entry of the memory, which is replaced next
    std::uint64_t stale = 0;   // generations without a lower point
    template <class Visitor>
    void visit(Visitor& v) {
      v("lengths", lengths);
      v("population", population);
      v("archive", archive);
      v("scales", scales);
      v("crossovers", crossovers);
      v("oldest", oldest);
      v("stale", stale);
    }
  };

  static State init(const DifferentialEvolution& options, Walk& walk) {
    State state;
    state.lengths = search_lengths(walk.here().x, options.radius, walk.box());
    state.scales.assign(memory, 0.5);
    state.crossovers.assign(memory, 0.5);
    return state;
  }

  static StepOutcome step(const DifferentialEvolution& options, State& state, Walk& walk) {
    if (state.population.size() == 0) {
      const std::size_t size = options.population.value_or(std::clamp<std::size_t>(10 * walk.size(), 30, 200));
      state.population = drawn_population(walk, size, state.lengths, reach_of(options.radius));
      return {};
    }
    if (has_come_together(state.population, state.lengths, options.smallest_step) || state.stale >= options.patience) {
      return {StepOutcome::Kind::finished};
    }
    std::vector<Factors> factors(state.population.size());
    Batch trials = drawn_trials(state, walk.box(), walk.draws(), factors);
    trials.evaluate(walk);
    select(state, trials, factors, walk.draws());
    state.stale = trials.has_moved(walk) ? 0 : state.stale + 1;
    return {};
  }

  // Mutation and binomial crossover: SHADE eq. 3, 6, 7 and 10-12; JADE eq. 4-5.
  static Batch drawn_trials(const State& state, const Box& box, Draws& draws, std::vector<Factors>& factors) {
    const Batch& population = state.population;
    const std::size_t size = population.size(), n = population.width(), archived = state.archive.size() / n;
    std::vector<std::uint64_t> order;
    population.rank(order);
    Batch trials(size, n);
    for (std::size_t k = 0; k < size; ++k) {
      const std::size_t remembered = draws.below(memory);
      Factors& f = factors[k];
      f.crossover = std::clamp(state.crossovers[remembered] + 0.1 * draws.normal(), 0.0, 1.0);
      f.scale = drawn_scale(state.scales[remembered], draws);
      const double least = 2 / static_cast<double>(size);
      const double share = least + std::max(0.0, largest_best_share - least) * draws.uniform();
      const auto leaders = std::max<std::size_t>(2, static_cast<std::size_t>(share * static_cast<double>(size)));
      const std::size_t leader = order[draws.below(leaders)];
      const std::size_t a = other_than(k, k, size, draws), b = other_than(k, a, size + archived, draws);
      const auto other = b < size ? population[b] : std::span(state.archive).subspan((b - size) * n, n);
      const std::size_t surely = draws.below(n);
      for (std::size_t i = 0; i < n; ++i) {
        const double x = population[k][i];
        const bool is_changed = draws.uniform() < f.crossover || i == surely;
        trials[k][i] =
            is_changed ? x + f.scale * (population[leader][i] - x) + f.scale * (population[a][i] - other[i]) : x;
        // Beyond a bound: half the way there (JADE, section III.A).
        if (trials[k][i] < box.lower(i)) trials[k][i] = 0.5 * x + 0.5 * box.lower(i);
        if (trials[k][i] > box.upper(i)) trials[k][i] = 0.5 * x + 0.5 * box.upper(i);
      }
    }
    return trials;
  }

  // Trials replace what they equal or beat; the memory takes Lehmer means of what succeeded, weighted by the gain (L-SHADE eq. 7-9).
  static void select(State& state, const Batch& trials, const std::vector<Factors>& factors, Draws& draws) {
    Batch& population = state.population;
    const std::size_t size = population.size();
    double largest_gain = 0;
    for (std::size_t k = 0; k < size; ++k) {
      const double gain = population.values[k] - trials.values[k];
      if (std::isfinite(gain)) largest_gain = std::max(largest_gain, gain);
    }
    double scale_sum = 0, scale_squares = 0, crossover_sum = 0, crossover_squares = 0;
    for (std::size_t k = 0; k < size; ++k) {
      if (is_lower(trials.values[k], population.values[k])) {
        const double gain = (population.values[k] - trials.values[k]) / largest_gain;
        const double weight = std::isfinite(gain) ? gain : 1;
        scale_sum += weight * factors[k].scale;
        scale_squares += weight * factors[k].scale * factors[k].scale;
        crossover_sum += weight * factors[k].crossover;
        crossover_squares += weight * factors[k].crossover * factors[k].crossover;
        keep(state.archive, population[k], size, draws);
      } else if (is_lower(population.values[k], trials.values[k]) || !std::isfinite(trials.values[k])) {
        continue;
      }
      population.put(k, trials[k], trials.values[k]);
    }
    if (!(scale_sum > 0)) return;
    state.scales[state.oldest] = scale_squares / scale_sum;
    state.crossovers[state.oldest] = crossover_sum > 0 ? crossover_squares / crossover_sum : 0;
    state.oldest = (state.oldest + 1) % memory;
  }

  // Adds the point, in the place of a random one once there are as many as the population has.
  static void keep(std::vector<double>& archive, std::span<const double> x, std::size_t capacity, Draws& draws) {
    const std::size_t n = x.size();
    if (archive.size() < capacity * n) {
      archive.insert(archive.end(), x.begin(), x.end());
    } else {
      std::ranges::copy(x, archive.begin() + static_cast<std::ptrdiff_t>(draws.below(capacity) * n));
    }
  }
};

}  // namespace optimize

template Method::Method(const DifferentialEvolution&);

}  // namespace downhill
