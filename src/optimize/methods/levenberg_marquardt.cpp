#include <downhill/methods/levenberg_marquardt.hpp>

#include "optimize/method_erasure.hpp"
#include "optimize/residual_region.hpp"

namespace downhill {

options::Fields LevenbergMarquardt::fields() {
  using options::field;
  return {field("initial_radius", &LevenbergMarquardt::initial_radius,
                "first radius, in units of the scaled norm of the start", options::positive())};
}

namespace optimize {

template <>
struct Implementation<LevenbergMarquardt> {
  static Traits traits(const LevenbergMarquardt&) {
    return {.needs = Needs::residuals,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear,
            .bounds = Traits::Bounds::keeps};
  }

  using State = ResidualRegion;
  static State init(const LevenbergMarquardt&, Walk&) { return {}; }

  static StepOutcome step(const LevenbergMarquardt& options, State& state, Walk& walk) {
    if (walk.box().is_bounded()) return step_in_bounded_region(walk, state, options.initial_radius);
    return step_in_region(walk, state, options.initial_radius, ResidualPath::damped);
  }
};

}  // namespace optimize

template Method::Method(const LevenbergMarquardt&);

}  // namespace downhill
