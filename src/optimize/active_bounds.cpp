#include "optimize/active_bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double near = 1e-4;           // of the length of x and of the way between the bounds: as good as on a bound
constexpr std::size_t most_tried = 64;  // bounds, one by one
constexpr std::size_t most_explained = 4;  // bounds

}  // namespace

double inward(const Box& box, std::size_t i, double x) { return box.is_at_lower(i, x) ? 1 : -1; }

void BoundStand::make_weak(std::size_t variable) {
  if (std::ranges::find(weak, variable) != weak.end()) return;
  weak.push_back(variable);
  std::ranges::sort(weak);
}

BoundStand stand_at_bounds(const Walk& walk, std::span<const double> zero) {
  const Box& box = walk.box();
  const Point& here = walk.here();
  BoundStand stand;
  for (std::size_t i = 0; i < here.x.size(); ++i) {
    const bool is_at_lower = box.is_at_lower(i, here.x[i]);
    if (!is_at_lower && !box.is_at_upper(i, here.x[i])) {
      stand.free.push_back(i);
      continue;
    }
    double multiplier = is_at_lower ? here.gradient[i] : -here.gradient[i];
    if (multiplier == steepest_at_bound) multiplier = std::numeric_limits<double>::infinity();
    if (!(multiplier >= -zero[i])) {
      stand.free.push_back(i);
      continue;
    }
    if (multiplier <= zero[i]) stand.weak.push_back(i);
    stand.active.push_back(
        {is_at_lower ? ActiveBound::Side::lower : ActiveBound::Side::upper, i, here.x[i], std::max(multiplier, 0.0)});
  }
  return stand;
}

std::string explain_bounds(const Box& box, std::span<const ActiveBound> active) {
  std::string text;
  for (std::size_t k = 0; k < std::min(active.size(), most_explained); ++k) {
    const ActiveBound& bound = active[k];
    text += fmt::format("{}{} at its {} bound {:.6g}", k == 0 ? "" : "; ", box.name(bound.variable), name(bound.side),
                        bound.bound);
    text += bound.multiplier > 0 ? fmt::format(": the loss would fall at {:.3g} a unit beyond it", bound.multiplier)
                                 : ", across which the loss is level";
  }
  if (active.size() > most_explained) text += fmt::format("; {} more at a bound", active.size() - most_explained);
  return text;
}

bool settle_on_bounds(Walk& walk) {
  const Box& box = walk.box();
  if (!box.is_bounded()) return false;
  const Point& here = walk.here();
  const std::vector<double> lengths = walk.lengths();
  std::vector<double> settled = here.x;
  std::vector<std::size_t> moved;
  for (std::size_t i = 0; i < settled.size(); ++i) {
    const double below = here.x[i] - box.lower(i), above = box.upper(i) - here.x[i];
    if (below <= 0 || above <= 0) continue;
    const double reach = near * std::min(lengths[i], below + above);
    if (std::min(below, above) > reach) continue;
    settled[i] = below <= above ? box.lower(i) : box.upper(i);
    moved.push_back(i);
  }
  if (moved.empty()) return false;
  const auto is_better = [&](const Point& point) {
    return std::isfinite(point.value) && is_finite(point.gradient) && point.value <= walk.here().value;
  };
  const bool has_gradient = !here.gradient.empty();
  const auto at = [&](std::vector<double> x) {
    if (has_gradient) return walk.evaluate(std::move(x));
    const double value = walk.value(x);
    return Point{std::move(x), value, {}};
  };
  Point all = at(settled);
  if (is_better(all)) {
    walk.move(std::move(all));
    return true;
  }
  bool has_moved = false;
  for (std::size_t k = 0; moved.size() > 1 && k < std::min(moved.size(), most_tried); ++k) {
    std::vector<double> x = walk.here().x;
    x[moved[k]] = settled[moved[k]];
    Point one = at(std::move(x));
    if (!is_better(one)) continue;
    walk.move(std::move(one));
    has_moved = true;
  }
  return has_moved;
}

}  // namespace downhill::optimize
