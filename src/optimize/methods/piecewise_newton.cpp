#include <downhill/methods/piecewise_newton.hpp>

#include "optimize/method_erasure.hpp"
#include "optimize/piece_step.hpp"

namespace downhill {

options::Fields PiecewiseNewton::fields() { return {}; }

namespace optimize {

template <>
struct Implementation<PiecewiseNewton> {
  static Traits traits(const PiecewiseNewton&) {
    return {.needs = Needs::hessian,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear,
            .bounds = Traits::Bounds::keeps};
  }

  using State = PieceNewton;
  static State init(const PiecewiseNewton&, Walk&) { return {}; }

  static StepOutcome step(const PiecewiseNewton&, State& state, Walk& walk) {
    auto next = state.step(walk);
    if (!next) return {StepOutcome::Kind::stalled};
    walk.move(*std::move(next));
    return {};
  }
};

}  // namespace optimize

template Method::Method(const PiecewiseNewton&);

}  // namespace downhill
