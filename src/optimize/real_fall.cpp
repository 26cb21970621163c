#include "optimize/real_fall.hpp"

#include <cmath>

#include "optimize/rounding.hpp"

namespace downhill::optimize {

bool is_real_fall(Walk& walk, std::span<const double> x, double value, double fall) {
  for (unsigned variant = 0; variant < 3; ++variant) {
    const double there = walk.value(nudged(x, variant, walk.box()));
    if (std::isfinite(there) && std::abs(there - value) > 0.125 * fall) return false;
  }
  return true;
}

}  // namespace downhill::optimize
