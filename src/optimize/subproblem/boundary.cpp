#include "optimize/subproblem/boundary.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

// In units of the radius, with u = d / |d| and b = p·u: s² + 2 b s - (1 - |p|²) = 0, s = |d| t, by the root that does not cancel.
double way_to_boundary(std::span<const double> p, std::span<const double> d, double radius) {
  const double length = norm(d);
  double b = 0;
  for (std::size_t i = 0; i < p.size(); ++i) b += (p[i] / radius) * (d[i] / length);
  const double size = norm(p) / radius;
  const double room = std::max(0.0, (1 - size) * (1 + size));
  const double root = std::sqrt(b * b + room);
  const double s = b > 0 ? room / (b + root) : root - b;
  return s * (radius / length);
}

}  // namespace downhill::optimize
