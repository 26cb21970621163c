#pragma once
#include <optional>
#include <span>

#include "optimize/curvature.hpp"
#include "optimize/walk.hpp"

/// Losses pieced together of several formulas, whose second derivatives, or values, are those of one side alone.
namespace downhill::optimize {

/// A side of a point at which f has no strict minimum.
struct OpenSide {
  double smallest = 0;  ///< curvatures there, of f itself
  double largest = 0;
  std::size_t open = 0;  ///< curvatures there that are not beyond doubt positive
  std::optional<Point> lower;
};

/// Looks at f a millionth of its length away from a strict minimum of the piece that holds at the walk's point, to both sides of a few
/// planes drawn at random; curvature: of that piece. Nothing if f curves up on all sides.
/// Cost: 8 Hessians and values, some hundred values more where a side is open.
[[nodiscard]] std::optional<OpenSide> open_side(Walk& walk, Objective& objective, const Curvature& curvature,
                                                std::span<const double> gradient);

/// Where the gradient is zero to its last digit at an inflection, a curvature seen there is that of the last digit of x. Looks at the curvature
/// along the axes of the scaled Hessian a 2^-26th and a 2^-20th of a length away, on both sides; hessian: n*n, at the walk's point, positive
/// definite. Nothing if f curves up there. Cost: 2n products with the Hessian, and some hundred values where a side is open.
[[nodiscard]] std::optional<OpenSide> inflection(Walk& walk, Objective& objective, const Curvature& curvature,
                                                 std::span<const double> gradient, std::span<const double> hessian);

}  // namespace downhill::optimize
