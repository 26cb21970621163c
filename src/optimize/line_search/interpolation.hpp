#pragma once

/// Where the bottom of a function of one variable lies, guessed from values and slopes at two points a and b.
namespace downhill::optimize {

struct Knot {
  double t = 0;
  double value = 0;
  double slope = 0;
};

/// The local minimum of the cubic through both (Nocedal & Wright, Numerical Optimization, 2nd ed. 2006, equation 3.59); NaN if it has
/// none.
[[nodiscard]] double cubic_minimum(const Knot& a, const Knot& b);
/// The bottom of the parabola through both values and the slope at a; NaN or a maximum if it curves down.
[[nodiscard]] double parabola_bottom(const Knot& a, const Knot& b);
/// Where the straight line through both slopes is zero; not finite if they are equal.
[[nodiscard]] double secant(const Knot& a, const Knot& b);

}  // namespace downhill::optimize
