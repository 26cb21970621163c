#include <downhill/methods/cma_es.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "ir/scalar.hpp"
#include "ops/formula/exponential.hpp"
#include "ops/formula/logarithm.hpp"
#include "optimize/adapted_normal.hpp"
#include "optimize/bound_map.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields CmaEs::fields() {
  using options::field;
  return {
      field("radius", &CmaEs::radius, "half the side of the box and twice the first step, in units of x; none: |x_i|",
            options::positive()),
      field("population", &CmaEs::population, "points per generation; none: 4 + floor(3 ln n)",
            options::closed(4, 1e6)),
      field("restarts", &CmaEs::restarts, "how to begin anew when a run has ended"),
      field("max_restarts", &CmaEs::max_restarts, "restarts with a larger population", options::closed(0, 30)),
      field("smallest_step", &CmaEs::smallest_step, "a run ends below this step, relative to x", options::open(0, 1))};
}

namespace optimize {

namespace {

constexpr double first_sigma = 0.5;  // of the box's half sides
constexpr double largest_condition = 1e14;
constexpr double largest_growth = 1e4;

double median(std::vector<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::ranges::nth_element(values, middle, is_lower);
  return *middle;
}

// Whether the last 0.3 of the entries are no lower in the median than the first 0.3.
bool is_stagnant(const std::vector<double>& history) {
  const auto part = static_cast<std::ptrdiff_t>(0.3 * static_cast<double>(history.size()));
  return !is_lower(median({history.end() - part, history.end()}), median({history.begin(), history.begin() + part}));
}

}  // namespace

template <>
struct Implementation<CmaEs> {
  static Traits traits(const CmaEs&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> center;   // of the box
    std::vector<double> lengths;  // its half sides
    AdaptedNormal normal;
    std::uint64_t lambda = 0;
    double sigma = 0;  // at the start of the present run
    // Of the present run: each generation's lowest and median value; only what the stopping rules look at.
    std::vector<double> lowest, medians;
    std::uint64_t spent = 0;  // evaluations
    // Of all runs.
    std::uint64_t enlarged = 0;  // restarts with a larger population
    std::uint64_t large_budget = 0, small_budget = 0, small_limit = 0;
    enum class Regime : std::uint8_t { first, large, small } regime = Regime::first;
    template <class Visitor>
    void visit(Visitor& v) {
      v("center", center);
      v("lengths", lengths);
      v("normal", normal);
      v("lambda", lambda);
      v("sigma", sigma);
      v("lowest", lowest);
      v("medians", medians);
      v("spent", spent);
      v("enlarged", enlarged);
      v("large_budget", large_budget);
      v("small_budget", small_budget);
      v("small_limit", small_limit);
      v("regime", regime);
    }
  };

  static std::uint64_t default_population(const CmaEs& options, std::size_t n) {
    return options.population.value_or(4 + static_cast<std::uint64_t>(3 * scalar::log(static_cast<double>(n))));
  }

  static State init(const CmaEs& options, Walk& walk) {
    State state;
    state.center = walk.here().x;
    state.lengths = search_lengths(state.center, options.radius, walk.box());
    state.lambda = default_population(options, walk.size());
    state.sigma = first_sigma;
    state.normal = AdaptedNormal(BoundMap(walk.box(), state.lengths).inverse(state.center), state.lengths, state.sigma);
    return state;
  }

  static StepOutcome step(const CmaEs& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const Recombination by(n, state.lambda);
    Batch batch(state.lambda, n);
    std::vector<double> normals;
    std::vector<std::uint64_t> order;
    state.normal.draw(batch, normals, walk.draws());
    const BoundMap map(walk.box(), state.lengths);
    for (std::size_t k = 0; k < batch.size(); ++k) map.apply(batch[k]);
    batch.evaluate(walk);
    batch.rank(order);
    state.spent += batch.size();
    batch.has_moved(walk);
    if (std::isfinite(batch.values[order.front()])) {
      state.normal.adapt(by, normals, order);
    } else {
      state.normal.sigma *= 0.5;  // nothing to learn from
    }
    state.normal.decompose(by);
    remember(state, batch, order);
    return has_ended(options, state, batch, order) ? restart(options, state, walk) : StepOutcome{};
  }

  static void remember(State& state, const Batch& batch, std::span<const std::uint64_t> order) {
    state.lowest.push_back(batch.values[order.front()]);
    state.medians.push_back(batch.values[order[order.size() / 2]]);
    const std::uint64_t generation = state.lowest.size();
    const std::uint64_t longest = 20'000;
    if (generation > longest) {
      state.lowest.erase(state.lowest.begin());
      state.medians.erase(state.medians.begin());
    }
  }

  // Appendix B.3, with tolerances relative to x and to f.
  static bool has_ended(const CmaEs& options, const State& state, const Batch& batch,
                        std::span<const std::uint64_t> order) {
    const std::size_t n = batch.width();
    const AdaptedNormal& normal = state.normal;
    if (normal.is_small(state.lengths, options.smallest_step) || normal.is_without_effect()) return true;
    if (!(normal.condition() <= largest_condition)) return true;
    const double widest = *std::ranges::max_element(normal.widths);
    if (!(normal.sigma * widest <= largest_growth * state.sigma) && normal.sigma > state.sigma * widest) return true;
    if (state.regime == State::Regime::small && state.spent >= state.small_limit) return true;
    const std::size_t window = 10 + (30 * n + state.lambda - 1) / state.lambda;
    if (state.lowest.size() < window) return false;
    const double value = batch.values[order.front()];
    const auto is_level = [value](double other) { return std::abs(other - value) <= rounding_of(value); };
    const std::span recent = std::span(state.lowest).last(window);
    if (is_level(batch.values[order.back()]) && std::ranges::all_of(recent, is_level)) return true;
    const std::size_t patience = 120 + 30 * n / state.lambda;
    const std::size_t looked_at = std::max(patience, state.lowest.size() / 5);
    if (state.lowest.size() < std::max(looked_at, 2 * patience)) return false;
    const auto last = [&](const std::vector<double>& all) {
      return std::vector<double>(all.end() - static_cast<std::ptrdiff_t>(looked_at), all.end());
    };
    return is_stagnant(last(state.lowest)) && is_stagnant(last(state.medians));
  }

  static StepOutcome restart(const CmaEs& options, State& state, Walk& walk) {
    if (options.restarts == CmaEs::Restarts::none) return {StepOutcome::Kind::finished};
    const std::size_t n = walk.size();
    const std::uint64_t first_lambda = default_population(options, n);
    if (state.regime == State::Regime::large) state.large_budget += state.spent;
    if (state.regime == State::Regime::small) state.small_budget += state.spent;
    const bool is_small_turn =
        options.restarts == CmaEs::Restarts::bipop && state.enlarged > 0 && state.small_budget < state.large_budget;
    if (!is_small_turn && state.enlarged == options.max_restarts) return {StepOutcome::Kind::finished};
    if (is_small_turn) {
      // Hansen (2009), section 2: lambda = lambda_0 (lambda_large / (2 lambda_0))^(u²), sigma = sigma_0 10^(-2 u')
      const double u = walk.draws().uniform();
      const auto ratio = 0.5 * static_cast<double>(std::uint64_t{1} << state.enlarged);
      state.lambda =
          static_cast<std::uint64_t>(static_cast<double>(first_lambda) * scalar::exp(u * u * scalar::log(ratio)));
      state.sigma = first_sigma * scalar::exp(-2 * scalar::log(10.0) * walk.draws().uniform());
      state.small_limit = std::max<std::uint64_t>(state.large_budget / 2, 1);
      state.regime = State::Regime::small;
    } else {
      ++state.enlarged;
      state.lambda = first_lambda << state.enlarged;
      state.sigma = first_sigma;
      state.regime = State::Regime::large;
    }
    std::vector<double> from = state.center;
    for (std::size_t i = 0; i < n; ++i) {
      from[i] = drawn_about(from[i], state.lengths[i], walk.box(), i, reach_of(options.radius), walk.draws());
    }
    state.normal = AdaptedNormal(BoundMap(walk.box(), state.lengths).inverse(from), state.lengths, state.sigma);
    state.lowest.clear();
    state.medians.clear();
    state.spent = 0;
    return {};
  }
};

}  // namespace optimize

template Method::Method(const CmaEs&);

}  // namespace downhill
