#include "optimize/box.hpp"

#include <algorithm>

namespace downhill::optimize {

bool Box::contains(std::span<const double> x) const {
  for (std::size_t i = 0; i < x.size(); ++i) {
    if (!(x[i] >= lower(i) && x[i] <= upper(i))) return false;
  }
  return true;
}

double Box::nearest(std::size_t i, double x) const { return std::max(lower(i), std::min(x, upper(i))); }

void Box::project(std::span<double> x) const {
  for (std::size_t i = 0; is_bounded() && i < x.size(); ++i) x[i] = nearest(i, x[i]);
}

std::vector<double> Box::along(std::span<const double> x, double t, std::span<const double> direction) const {
  std::vector<double> result;
  along(x, t, direction, result);
  return result;
}

void Box::along(std::span<const double> x, double t, std::span<const double> direction,
                std::vector<double>& result) const {
  result.resize(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) result[i] = x[i] + t * direction[i];
  if (!is_bounded()) return;
  for (std::size_t i = 0; i < result.size(); ++i) {
    if (direction[i] == 0) continue;
    const double bound = direction[i] > 0 ? upper(i) : lower(i);
    result[i] = (bound - x[i]) / direction[i] <= t ? bound : nearest(i, result[i]);
  }
}

double Box::room(std::span<const double> x, std::span<const double> direction) const {
  double result = infinity;
  for (std::size_t i = 0; is_bounded() && i < x.size(); ++i) {
    if (direction[i] == 0) continue;
    result = std::min(result, ((direction[i] > 0 ? upper(i) : lower(i)) - x[i]) / direction[i]);
  }
  return std::max(result, 0.0);
}

std::vector<double> Box::without_end(std::span<const double> direction) const {
  std::vector<double> result(direction.begin(), direction.end());
  for (std::size_t i = 0; is_bounded() && i < result.size(); ++i) {
    if ((result[i] > 0 && upper(i) < infinity) || (result[i] < 0 && lower(i) > -infinity)) result[i] = 0;
  }
  return result;
}

std::vector<double> Box::projected_gradient(std::span<const double> x, std::span<const double> gradient) const {
  std::vector<double> result(gradient.begin(), gradient.end());
  for (std::size_t i = 0; is_bounded() && i < result.size(); ++i) {
    const bool is_held = (result[i] > 0 && is_at_lower(i, x[i])) || (result[i] < 0 && is_at_upper(i, x[i]));
    if (is_held) result[i] = 0;
  }
  return result;
}

}  // namespace downhill::optimize
