#pragma once
#include <span>

#include "optimize/active_bounds.hpp"
#include "optimize/assessment.hpp"
#include "optimize/face.hpp"

/// The second-derivative test where bounds hold some of the variables.
namespace downhill::optimize {

/// The curvature over the variables of a face, told in terms of all. hessian: n*n, or empty above dense_limit.
[[nodiscard]] Curvature curvature_on(const Face& face, Objective& objective, std::span<const double> x,
                                     std::span<const double> gradient, std::span<const double> noise,
                                     std::span<const double> hessian);

/// A multiplier that the next Newton step along the face may turn to zero counts as zero.
void weaken(BoundStand& stand, const Walk& walk, Objective& objective, const Curvature& curvature,
            std::span<const double> hessian);

/// Where multipliers are zero the test goes on along the ways into the box: changes verdict and curvature of an assessment whose
/// free variables have been looked at.
void look_inwards(Assessment& assessment, const BoundStand& stand, const Walk& walk, Objective& objective,
                  std::span<const double> hessian);

}  // namespace downhill::optimize
