#pragma once
#include <downhill/diagnosis.hpp>

#include <span>
#include <vector>

#include "optimize/curvature.hpp"
#include "optimize/doctor/surroundings.hpp"

/// What is odd about single variables.
namespace downhill::optimize {

/// Variables on which f does not depend, or that f does not depend on any: their derivatives are zero at the start and at x, and values
/// near and far agree to the last bit. Cost: 8 values for each variable whose derivatives are zero.
[[nodiscard]] std::vector<Finding> without_effect(Surroundings& around, const Point& start, const Point& here,
                                                  const Curvature& curvature);

/// Variables whose natural lengths, read off the curvatures, lie eight or more orders apart, with the factors that would make them alike.
[[nodiscard]] std::vector<Finding> scales_apart(const Surroundings& around, const Curvature& curvature);

}  // namespace downhill::optimize
