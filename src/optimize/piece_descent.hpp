#pragma once
#include <optional>

#include "optimize/walk.hpp"

/// Steps of piecewise_newton that are taken for other methods.
namespace downhill::optimize {

/// Whether the pieces of the walk's loss are known, and say more than its L1 terms.
[[nodiscard]] bool has_known_pieces(Walk& walk);

/// Moves the walk onto kinks it has all but reached, where f does not rise by it. Returns whether it moved.
/// Cost: a few times that of a look.
bool settle_on_pieces(Walk& walk);

/// Where piecewise_newton comes to from the walk's point, a kink that is no minimum (of L1 terms too), if that is lower by more than rounding.
[[nodiscard]] std::optional<Point> lower_point_by_pieces(Walk& walk);

}  // namespace downhill::optimize
