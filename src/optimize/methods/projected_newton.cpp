#include <downhill/methods/projected_newton.hpp>

#include "optimize/method_erasure.hpp"
#include "optimize/projected_newton_step.hpp"

namespace downhill {

options::Fields ProjectedNewton::fields() {
  using options::field;
  return {field("shrink", &ProjectedNewton::shrink, "factor on the radius after a refused step", options::open(0, 1)),
          field("growth", &ProjectedNewton::growth, "factor on the radius after a step the model foretold well",
                options::open(1, options::infinity))};
}

namespace optimize {

template <>
struct Implementation<ProjectedNewton> {
  static Traits traits(const ProjectedNewton&) {
    return {.needs = Needs::hessian,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear,
            .bounds = Traits::Bounds::keeps};
  }

  using State = ProjectedNewtonState;
  static State init(const ProjectedNewton&, Walk&) { return {}; }
  static StepOutcome step(const ProjectedNewton& options, State& state, Walk& walk) {
    return projected_newton_step(options, state, walk);
  }
};

}  // namespace optimize

template Method::Method(const ProjectedNewton&);

}  // namespace downhill
