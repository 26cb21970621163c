#include <downhill/methods/closed_form.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill {

options::Fields ClosedForm::fields() { return {}; }

namespace optimize {

template <>
struct Implementation<ClosedForm> {
  static Traits traits(const ClosedForm&) {
    return {.needs = Needs::quadratic,
            .saddles = Traits::Saddles::stays,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    template <class Visitor>
    void visit(Visitor&) {}
  };
  static State init(const ClosedForm&, Walk&) { return {}; }

  // One solution, then steps of refinement with the same factors while the gradient keeps falling.
  static StepOutcome step(const ClosedForm&, State&, Walk& walk) {
    const std::size_t n = walk.size();
    std::vector<double> hessian(n * n);
    walk.objective().hessian(walk.here().x, hessian);
    if (!is_finite(hessian)) return {StepOutcome::Kind::stalled};
    const ScaledHessian scaled(hessian, walk.here().x);
    const EigenDecomposition eigen = eigen_decomposition(scaled.matrix(), n);
    bool is_moved = false;
    for (int refinement = 0; refinement < 3 && !walk.is_over(); ++refinement) {
      const std::vector<double> gradient = scaled.scale_gradient(walk.here().gradient);
      const Trial next = try_step(walk, {scaled.unscale_step(solve(eigen, gradient)), 0}, 1.0);
      if (!is_usable(next)) break;
      const bool is_closer = norm(scaled.scale_gradient(next.point.gradient)) < norm(gradient);
      if (!is_closer || next.point.value > walk.here().value + rounding_of(walk.here().value)) break;
      walk.move(next.point);
      is_moved = true;
    }
    return {is_moved || largest(walk.here().gradient) == 0 ? StepOutcome::Kind::finished : StepOutcome::Kind::stalled};
  }

  // -H⁺ g: curvatures that are zero to rounding contribute nothing.
  static std::vector<double> solve(const EigenDecomposition& eigen, std::span<const double> gradient) {
    std::vector<double> coordinates = eigen.coordinates(gradient);
    const double top = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    const double zero = 4 * static_cast<double>(eigen.size()) * std::numeric_limits<double>::epsilon() * top;
    for (std::size_t k = 0; k < coordinates.size(); ++k) {
      coordinates[k] = std::abs(eigen.values[k]) > zero ? -coordinates[k] / eigen.values[k] : 0;
    }
    return eigen.combine(coordinates);
  }
};

}  // namespace optimize

template Method::Method(const ClosedForm&);

}  // namespace downhill
