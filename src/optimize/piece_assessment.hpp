#pragma once
#include <optional>

#include "optimize/assessment.hpp"

/// The test at a kink, for a loss whose smooth pieces are known.
namespace downhill::optimize {

/// What the pieces that meet at a point say of it.
struct PieceFinding {
  enum class Kind : std::uint8_t {
    smooth,          ///< nothing: one piece holds around it, or they cannot be computed
    not_stationary,  ///< there is a way down
    stationary,      ///< 0 is a combination of the gradients of the pieces that meet; judged in `assessment`
  } kind = Kind::smooth;
  Assessment assessment = {};
};

/// Looks for a combination of gradients of the pieces that meet at the walk's point, as far as rounding tells them to meet, and of the
/// bounds that hold it, which is zero: of a convex f such a point is a global minimum. f rises from it to first order but where all these
/// gradients are equal; along those ways the curvature of the combination decides (Womersley, Math. Programming 32 (1985) 69-89). Kinks
/// that fold downwards are no part of the proof: where one of them has a tie, nothing is called stationary unless f is convex.
/// Cost: a Hessian, a gradient for each piece that is looked at, O(n³).
[[nodiscard]] PieceFinding look_at_pieces(Walk& walk, const Question& question);

}  // namespace downhill::optimize
