#include "optimize/line_search/interpolation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace downhill::optimize {

double cubic_minimum(const Knot& a, const Knot& b) {
  const double length = b.t - a.t;
  const double theta = 3 * ((a.value - b.value) / length) + a.slope + b.slope;
  const double scale = std::max({std::abs(theta), std::abs(a.slope), std::abs(b.slope)});
  if (scale == 0) return std::numeric_limits<double>::quiet_NaN();
  const double discriminant = (theta / scale) * (theta / scale) - (a.slope / scale) * (b.slope / scale);
  const double gamma = std::copysign(scale * std::sqrt(discriminant), length);  // NaN without extrema
  // The roots of slope - 2 (slope + theta) s + (slope + other slope + 2 theta) s²: of two forms the one that does not cancel.
  const double middle = a.slope + theta;
  const double s = std::signbit(middle) == std::signbit(gamma) ? (middle + gamma) / (middle + theta + b.slope)
                                                               : a.slope / (middle - gamma);
  return a.t + length * s;
}

double parabola_bottom(const Knot& a, const Knot& b) {
  const double length = b.t - a.t;
  const double bend = (b.value - a.value) / length - a.slope;
  return a.t - 0.5 * length * (a.slope / bend);
}

double secant(const Knot& a, const Knot& b) { return a.t + (b.t - a.t) * (a.slope / (a.slope - b.slope)); }

}  // namespace downhill::optimize
