#pragma once
#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Looking for a way down from elsewhere on the floor that a point without a decided curvature lies on.
namespace downhill::optimize {

/// Where f stays level along a doubtful direction, as when two terms of a model have merged and share what one of them does, its curvature
/// may be negative at other points of that floor. Looks there, along up to 4 directions up to 4 lengths to either side, and goes down where
/// it is; before that at the end of the Newton step, which is a short one here and yet may gain a good part of f.
/// Returns a point that is lower than here by more than rounding, or nothing.
/// objective: with second derivatives. Cost: at most 56 Hessians with the O(n³) that judges each; up to 50 variables.
[[nodiscard]] std::optional<Point> lower_point_on_floor(Walk& walk, Objective& objective, const Curvature& curvature);

}  // namespace downhill::optimize
