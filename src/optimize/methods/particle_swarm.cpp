#include <downhill/methods/particle_swarm.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/method_erasure.hpp"
#include "optimize/population.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields ParticleSwarm::fields() {
  using options::field;
  return {field("radius", &ParticleSwarm::radius, "half the side of the first box, in units of x; none: |x_i|",
                options::positive()),
          field("particles", &ParticleSwarm::particles, "size of the swarm", options::closed(2, 1e6)),
          field("neighbours", &ParticleSwarm::neighbours, "on each side along the ring", options::closed(1, 1e6)),
          field("attraction", &ParticleSwarm::attraction, "phi in chi = 2 / (phi - 2 + sqrt(phi^2 - 4 phi))",
                options::open(4, 100)),
          field("smallest_step", &ParticleSwarm::smallest_step,
                "ends when the best points are within this, relative to x", options::open(0, 1)),
          field("patience", &ParticleSwarm::patience, "ends after so many iterations without a lower point",
                options::at_least(1))};
}

namespace optimize {

template <>
struct Implementation<ParticleSwarm> {
  static Traits traits(const ParticleSwarm&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> lengths;
    Batch best;   // each particle's own; empty before the first step
    Batch swarm;  // where they are
    std::vector<double> velocities;
    std::uint64_t stale = 0;  // iterations without a lower point
    template <class Visitor>
    void visit(Visitor& v) {
      v("lengths", lengths);
      v("best", best);
      v("swarm", swarm);
      v("velocities", velocities);
      v("stale", stale);
    }
  };

  static State init(const ParticleSwarm& options, Walk& walk) {
    State state;
    state.lengths = search_lengths(walk.here().x, options.radius, walk.box());
    return state;
  }

  static StepOutcome step(const ParticleSwarm& options, State& state, Walk& walk) {
    if (state.best.size() == 0) {
      begin(options, state, walk);
      return {};
    }
    if (has_come_together(state.best, state.lengths, options.smallest_step) || state.stale >= options.patience) {
      return {StepOutcome::Kind::finished};
    }
    const double phi = options.attraction;
    const double constriction = 2 / (phi - 2 + std::sqrt(phi * phi - 4 * phi));
    const std::size_t n = walk.size();
    for (std::size_t k = 0; k < state.swarm.size(); ++k) {
      const auto own = state.best[k], leader = state.best[leader_of(state.best, k, options.neighbours)];
      const auto x = state.swarm[k];
      for (std::size_t i = 0; i < n; ++i) {
        double& v = state.velocities[k * n + i];
        const double towards_own = 0.5 * phi * walk.draws().uniform() * (own[i] - x[i]);
        const double towards_leader = 0.5 * phi * walk.draws().uniform() * (leader[i] - x[i]);
        v = constriction * (v + towards_own + towards_leader);
        x[i] += v;
        // A bound takes the velocity (Helwig & Wanka, Swarm Intelligence Symposium (2007) 198-205, "nearest").
        if (walk.box().nearest(i, x[i]) != x[i]) {
          x[i] = walk.box().nearest(i, x[i]);
          v = 0;
        }
      }
    }
    state.swarm.evaluate(walk);
    for (std::size_t k = 0; k < state.swarm.size(); ++k) {
      if (is_lower(state.swarm.values[k], state.best.values[k])) {
        state.best.put(k, state.swarm[k], state.swarm.values[k]);
      }
    }
    state.stale = state.swarm.has_moved(walk) ? 0 : state.stale + 1;
    return {};
  }

  // Velocities are half the way to another point of the box.
  static void begin(const ParticleSwarm& options, State& state, Walk& walk) {
    const std::vector<double> center = walk.here().x;
    const std::size_t n = walk.size();
    state.best = state.swarm = drawn_population(walk, options.particles, state.lengths, reach_of(options.radius));
    state.velocities.resize(state.swarm.points.size());
    for (std::size_t k = 0; k < state.velocities.size(); ++k) {
      const double other =
          drawn_about(center[k % n], state.lengths[k % n], walk.box(), k % n, reach_of(options.radius), walk.draws());
      state.velocities[k] = 0.5 * (other - state.swarm.points[k]);
    }
  }

  static std::size_t leader_of(const Batch& best, std::size_t k, std::uint64_t neighbours) {
    const std::size_t size = best.size(), reach = std::min<std::size_t>(neighbours, size / 2);
    std::size_t leader = k;
    for (std::size_t j = 0; j <= 2 * reach; ++j) {
      const std::size_t candidate = (k + size - reach + j) % size;
      if (is_lower(best.values[candidate], best.values[leader])) leader = candidate;
    }
    return leader;
  }
};

}  // namespace optimize

template Method::Method(const ParticleSwarm&);

}  // namespace downhill
