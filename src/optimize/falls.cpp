#include "optimize/falls.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

std::vector<double> way_come(const Walk& walk) {
  std::vector<double> come(walk.here().x);
  for (std::size_t i = 0; i < come.size(); ++i) come[i] -= walk.start().x[i];
  return come;
}

void take_unit_direction(Verdict& verdict, std::span<const double> direction) {
  const double length = norm(direction);
  verdict.direction.assign(direction.begin(), direction.end());
  for (double& entry : verdict.direction) entry /= length;
}

std::vector<std::vector<double>> flat_ways(const Walk& walk, const Curvature& curvature) {
  constexpr std::size_t most = 4;
  const std::vector<double> come = way_come(walk);
  std::vector<std::vector<double>> result;
  for (std::size_t k = 0; k < std::min(most, curvature.flat_directions.size()); ++k) {
    std::vector<double> way = curvature.flat_directions[k];
    const double share = dot(come, way) / dot(way, way);
    if (share == 0 || !std::isfinite(share)) continue;
    for (double& entry : way) entry *= share;
    result.push_back(walk.box().without_end(way));
  }
  return result;
}

Fall look_far(Walk& walk, const Curvature& curvature, Verdict& verdict) {
  std::vector<std::vector<double>> ways;
  if (curvature.is_known) ways.push_back(walk.box().without_end(curvature.newton_step));
  ways.push_back(walk.box().without_end(way_come(walk)));
  for (std::size_t k = ways.size(); k-- > 0;) ways.push_back(main_part(walk, ways[k]));
  for (const auto& way : ways) {
    if (way.empty()) continue;
    const Fall fall = follow_ray(walk, walk.here(), way);
    if (fall == Fall::none) continue;
    take_unit_direction(verdict, way);
    return fall;
  }
  return Fall::none;
}

bool has_run_far(const Walk& walk) {
  const double length = largest(walk.start().x);
  const std::vector<double> come = way_come(walk);
  return length > 0 && largest(come) > 0x1p20 * length;
}

Fall look_back(Walk& walk, const Curvature& curvature, std::span<const double> gradient, Verdict& verdict) {
  const bool is_level =
      curvature.is_known && curvature.smallest == 0 && curvature.largest == 0 && largest(gradient) == 0;
  const bool is_next_to_level = walk.relative_gradient() < 1e-40;  // no power of x gets there
  const bool is_asked =
      verdict.kind == Verdict::Kind::undecided && curvature.is_known && (is_level || is_next_to_level);
  if (!is_asked && !has_run_far(walk)) return Fall::none;
  // Along a flat direction alone from where it began too: the rest of the way may hide what f does along it.
  std::vector<std::vector<double>> ways = flat_ways(walk, curvature);
  std::vector<Point> begins;
  for (const std::vector<double>& way : ways) begins.push_back(walk.evaluate(along(walk.here().x, -1, way)));
  begins.push_back(walk.start());
  ways.push_back(walk.box().without_end(way_come(walk)));
  const double length = largest(walk.start().x);
  for (std::size_t k = ways.size(); k-- > 0;) {
    // Steps from a 4096th of the way on, or where that is longer than any start, from its length.
    const double way = largest(ways[k]);
    const double share = length > 0 && way > 0 ? std::min(0x1p-12, length / way) : 0x1p-12;
    for (double& entry : ways[k]) entry *= share;
    const Fall fall = follow_ray(walk, begins[k], ways[k]);
    if (fall == Fall::none) continue;
    take_unit_direction(verdict, ways[k]);
    return fall;
  }
  return Fall::none;
}

}  // namespace downhill::optimize
