#include <downhill/methods/dogleg.hpp>

#include "optimize/method_erasure.hpp"
#include "optimize/residual_region.hpp"

namespace downhill {

options::Fields Dogleg::fields() {
  using options::field;
  return {field("initial_radius", &Dogleg::initial_radius, "first radius, in units of the scaled norm of the start",
                options::positive())};
}

namespace optimize {

template <>
struct Implementation<Dogleg> {
  static Traits traits(const Dogleg&) {
    return {.needs = Needs::residuals,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear};
  }

  using State = ResidualRegion;
  static State init(const Dogleg&, Walk&) { return {}; }

  static StepOutcome step(const Dogleg& options, State& state, Walk& walk) {
    return step_in_region(walk, state, options.initial_radius, ResidualPath::dogleg);
  }
};

}  // namespace optimize

template Method::Method(const Dogleg&);

}  // namespace downhill
