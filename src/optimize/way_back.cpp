#include "optimize/way_back.hpp"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "optimize/falls.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/real_fall.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_directions = 4;

}  // namespace

std::optional<Point> lower_point_on_way_back(Walk& walk, const Curvature& curvature) {
  if (curvature.flat == 0 || walk.box().is_bounded() || !has_run_far(walk)) return std::nullopt;
  const Point here = walk.here();
  const std::vector<double> come = way_come(walk);
  std::vector<double> lowest;
  double least = here.value - 16 * rounding_of(std::max(std::abs(here.value), 1e-12 * std::abs(walk.start().value)));
  for (std::size_t k = 0; k < std::min(most_directions, curvature.flat_directions.size()); ++k) {
    std::vector<double> direction = curvature.flat_directions[k];
    const double length = norm(direction);
    for (double& entry : direction) entry /= length;
    const double way = dot(come, direction);
    // Where the run began along the direction, in the order that loses no digits of the start.
    std::vector<double> origin = along(come, -way, direction);
    for (std::size_t i = 0; i < origin.size(); ++i) origin[i] += walk.start().x[i];
    // From the length of the start on, or from half of it: signs change there.
    for (double gone = std::min(0.5 * norm(walk.start().x), std::abs(way)); gone < 0.5 * std::abs(way); gone *= 2) {
      if (walk.is_over()) return std::nullopt;
      std::vector<double> x = along(origin, std::copysign(gone, way), direction);
      if (!is_finite(x)) continue;
      const double value = walk.value(x);
      if (!(value < least) || !is_real_fall(walk, x, value, here.value - value)) continue;
      least = value;
      lowest = std::move(x);
    }
  }
  if (lowest.empty()) return std::nullopt;
  Point lower = walk.evaluate(std::move(lowest));
  return is_finite(lower.gradient) ? std::optional(std::move(lower)) : std::nullopt;
}

}  // namespace downhill::optimize
