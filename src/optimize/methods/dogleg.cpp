#include <downhill/methods/dogleg.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"
#include "optimize/subproblem/boundary.hpp"

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
    return step_in_region(walk, state, options.initial_radius, better_step);
  }

  // The gradient's way goes astray where the Gauss-Newton step is long for the sake of a few small singular values: then the way
  // through the steps of lower rank lowers the model more.
  static std::vector<double> better_step(const ResidualModel& of, double radius) {
    std::vector<double> dogleg = dogleg_step(of, radius);
    std::vector<double> by_rank = step_by_rank(of, radius);
    return of.fall(by_rank) > of.fall(dogleg) ? by_rank : dogleg;
  }

  // The components of the Gauss-Newton step from the largest singular value down, as many as the radius has room for, and a part of the
  // next.
  static std::vector<double> step_by_rank(const ResidualModel& of, double radius) {
    std::vector<double> step = of.gauss_newton_step();
    double used = 0;  // of the radius, squared
    for (std::size_t k = step.size(); k-- > 0;) {
      const double length = std::abs(step[k]) / radius;
      const double room = std::sqrt(std::max(0.0, 1 - used));
      if (length > room) step[k] *= room / length;
      used += std::min(length, room) * std::min(length, room);
    }
    return step;
  }

  static std::vector<double> dogleg_step(const ResidualModel& of, double radius) {
    std::vector<double> far = of.gauss_newton_step();
    if (norm(far) <= radius) return far;
    const LeastSquaresModel& model = of.model;
    const double steepness = norm(model.gradient);
    std::vector<double> near(model.gradient);
    double curvature = 0;
    for (std::size_t k = 0; k < near.size(); ++k) {
      near[k] /= -steepness;
      curvature += near[k] * model.curvatures[k] * near[k];
    }
    const double lowest = steepness / curvature;
    const double along_gradient = lowest < radius ? lowest : radius;
    for (double& entry : near) entry *= along_gradient;
    if (lowest >= radius) return near;
    for (std::size_t k = 0; k < far.size(); ++k) far[k] -= near[k];
    const double t = way_to_boundary(near, far, radius);
    for (std::size_t k = 0; k < far.size(); ++k) near[k] += t * far[k];
    return near;
  }
};

}  // namespace optimize

template Method::Method(const Dogleg&);

}  // namespace downhill
