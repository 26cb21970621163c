#include <downhill/methods/levenberg_marquardt.hpp>

#include <algorithm>

#include "optimize/method_erasure.hpp"
#include "optimize/residual_model.hpp"
#include "optimize/trust_region.hpp"

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
            .rate = Traits::Rate::superlinear};
  }

  using State = ResidualRegion;
  static State init(const LevenbergMarquardt&, Walk&) { return {}; }

  static StepOutcome step(const LevenbergMarquardt& options, State& state, Walk& walk) {
    return step_in_region(walk, state, options.initial_radius, damped_step);
  }

  // The shortest minimiser where J has a null space: its gradient is exactly zero there.
  static std::vector<double> damped_step(const ResidualModel& of, double radius) {
    const LeastSquaresModel& model = of.model;
    std::vector<double> step(model.gradient.size(), 0.0);
    const auto first = static_cast<std::size_t>(
        std::find_if(model.curvatures.begin(), model.curvatures.end(), [](double c) { return c > 0; }) -
        model.curvatures.begin());
    const auto rest =
        trust_region_step(std::span(model.curvatures).subspan(first), std::span(model.gradient).subspan(first), radius);
    std::copy(rest.begin(), rest.end(), step.begin() + static_cast<std::ptrdiff_t>(first));
    return step;
  }
};

}  // namespace optimize

template Method::Method(const LevenbergMarquardt&);

}  // namespace downhill
