#pragma once
#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// One long step may carry x to where f is level, as exp(b x) is for b = -1e9, past all places where b has an influence. Where x has run far
/// along a direction in which f is level now, looks on the way back along that direction alone, the rest of x being as it is here: at
/// distances from where the run began that double. Returns the lowest point found if it is lower than here by more than rounding.
/// Cost: up to 4 directions, log2 of the distance values each.
[[nodiscard]] std::optional<Point> lower_point_on_way_back(Walk& walk, const Curvature& curvature);

}  // namespace downhill::optimize
