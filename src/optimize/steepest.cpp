#include "optimize/steepest.hpp"

#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

std::vector<double> steepest_direction(std::span<const double> gradient) {
  const int exponent = std::ilogb(largest(gradient));
  std::vector<double> direction(gradient.size());
  for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = -std::ldexp(gradient[i], -exponent);
  return direction;
}

double first_step(const Walk& walk, std::span<const double> direction, double slope) {
  const double length = largest(walk.here().x);
  if (length > 0) return 0.125 * length / norm(direction);
  const double to_zero = walk.here().value / -slope;
  return to_zero > 0 && std::isfinite(to_zero) ? to_zero : 0.125 / norm(direction);
}

bool is_lost_in_rounding(const Walk& walk, double slope, double step) {
  return -slope * step <= rounding_of(walk.here().value);
}

}  // namespace downhill::optimize
