#pragma once
#include <downhill/methods/projected_newton.hpp>

#include <limits>
#include <vector>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// The radius is a multiple of the last step's longest entry, measured in the scale of the present Hessian.
struct ProjectedNewtonState {
  double radius_factor = std::numeric_limits<double>::infinity();
  std::vector<double> last_step;
  template <class Visitor>
  void visit(Visitor& v) {
    v("radius_factor", radius_factor);
    v("last_step", last_step);
  }
};

/// One iteration of the method, at a point with its gradient.
[[nodiscard]] StepOutcome projected_newton_step(const ProjectedNewton& options, ProjectedNewtonState& state,
                                                Walk& walk);

}  // namespace downhill::optimize
