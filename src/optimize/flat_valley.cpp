#include "optimize/flat_valley.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/real_fall.hpp"
#include "optimize/rounding.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_variables = 50;
constexpr std::size_t most_directions = 4;
constexpr std::size_t most_looked_at_closely = 12;
constexpr std::size_t most_paired = 3;
constexpr std::size_t most_changes = 4;  // of sign that are looked beyond, on either side
constexpr double level = 1e-3;           // how much of f, against its fall so far, a floor may rise

// The lowest point on the way down from `from`, where f curves down along `direction`.
std::optional<Point> way_down(Walk& walk, const Point& from, std::span<const double> direction, double reach,
                              double below) {
  std::optional<Point> best;
  for (const double side : {1.0, -1.0}) {
    double t = side * 0x1p-20 * reach;
    double lowest = from.value;
    for (int k = 0; k < 40 && !walk.is_over(); ++k, t *= 2) {
      std::vector<double> x = along(from.x, t, direction);
      if (!is_finite(x)) break;
      Point next = walk.evaluate(std::move(x));
      if (!std::isfinite(next.value) || !is_finite(next.gradient) || next.value > lowest + rounding_of(lowest)) break;
      lowest = next.value;
      if (next.value < (best ? best->value : below)) best = std::move(next);
    }
  }
  return best;
}

// What a lower point must gain: more than is left of the fall so far, a 10^-12th.
double least_gain(const Walk& walk) {
  const double here = walk.here().value;
  return std::max(16 * rounding_of(here), 1e-12 * std::abs(walk.start().value - here));
}

// The end of the Newton step from `from`, if it is lower.
std::optional<Point> newton_point(Walk& walk, const Point& from, const Curvature& curvature) {
  const Point& here = walk.here();
  if (!is_finite(curvature.newton_step) || largest(curvature.newton_step) == 0) return std::nullopt;
  std::vector<double> x = along(from.x, 1, curvature.newton_step);
  if (!is_finite(x)) return std::nullopt;
  Point next = walk.evaluate(std::move(x));
  if (!std::isfinite(next.value) || !is_finite(next.gradient)) return std::nullopt;
  const double fall = here.value - next.value;
  return fall > least_gain(walk) && is_real_fall(walk, next.x, next.value, fall) ? std::optional(std::move(next))
                                                                                 : std::nullopt;
}

// The first of the flat directions, their sums and differences: the lines on which terms share a factor need not be among the first.
std::vector<std::vector<double>> ways_along(const std::vector<std::vector<double>>& flat) {
  const std::size_t first = std::min(flat.size(), most_directions);
  std::vector<std::vector<double>> result(flat.begin(), flat.begin() + static_cast<std::ptrdiff_t>(first));
  const bool is_small = first > 0 && flat.front().size() <= most_looked_at_closely;
  for (std::size_t a = 0; is_small && a < std::min(first, most_paired); ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      for (const double sign : {1.0, -1.0}) result.push_back(along(flat[b], sign, flat[a]));
    }
  }
  return result;
}

// How far to go along a flat direction, in units of it: shares of the variables' lengths, and the middles between the places where one
// of the variables passes 0. What f is like beside the floor may hang on their signs.
std::vector<double> distances(std::span<const double> x, std::span<const double> direction, double share) {
  std::vector<double> result;
  const int parts = x.size() <= most_looked_at_closely ? 16 : 2;  // of a length
  for (int k = 1; k <= 2 * parts; ++k) {
    result.push_back(k / (parts * share));
    result.push_back(-k / (parts * share));
  }
  result.push_back(4 / share);
  result.push_back(-4 / share);
  std::vector<double> changes{0};
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double t = -x[i] / direction[i];
    if (direction[i] != 0 && std::isfinite(t) && std::abs(t) * share < 0x1p6) changes.push_back(t);
  }
  std::ranges::sort(changes);
  const auto here = static_cast<std::size_t>(std::ranges::find(changes, 0.0) - changes.begin());
  const std::size_t first = here > most_changes ? here - most_changes : 0;
  for (std::size_t k = first; k + 1 < std::min(changes.size(), here + most_changes + 1); ++k) {
    if (changes[k + 1] > changes[k]) result.push_back(0.5 * (changes[k] + changes[k + 1]));
  }
  return result;
}

}  // namespace

std::optional<Point> lower_point_on_floor(Walk& walk, Objective& objective, const Curvature& curvature) {
  const std::size_t n = walk.size();
  const Point here = walk.here();
  if (n > most_variables || curvature.is_partial || curvature.unit.size() != n) return std::nullopt;
  const std::vector<double> lengths = walk.lengths();
  const double allowed =
      here.value + level * std::abs(walk.start().value - here.value) * 1e-3 + rounding_of(here.value);
  const double below = here.value - least_gain(walk);
  if (auto next = newton_point(walk, here, curvature)) return next;
  std::vector<double> hessian(n * n), gradient(n);
  for (const std::vector<double>& direction : ways_along(curvature.flat_directions)) {
    double share = 0;  // of the variables' lengths in one step
    for (std::size_t i = 0; i < n; ++i) {
      if (lengths[i] > 0) share = std::max(share, std::abs(direction[i]) / lengths[i]);
    }
    if (!(share > 0)) continue;
    for (const double t : distances(here.x, direction, share)) {
      if (walk.is_over()) return std::nullopt;
      std::vector<double> x = along(here.x, t, direction);
      if (!is_finite(x)) continue;
      Point there = walk.evaluate(std::move(x));
      if (!std::isfinite(there.value) || there.value > allowed) continue;
      if (there.value < below && is_finite(there.gradient) &&
          is_real_fall(walk, there.x, there.value, here.value - there.value)) {
        return there;
      }
      objective.value_and_gradient(there.x, gradient);
      objective.hessian(there.x, hessian);
      if (!is_finite(gradient) || !is_finite(hessian)) continue;
      const std::vector<double> noise = gradient_rounding(objective, there.x, gradient, hessian);
      const Curvature bent = dense_curvature(objective, there.x, gradient, noise, hessian);
      if (auto next = newton_point(walk, there, bent)) return next;
      if (bent.perhaps_downward.empty()) continue;
      double reach = 0;
      for (std::size_t i = 0; i < n; ++i)
        reach = std::max(reach, std::abs(bent.perhaps_downward[i]) / std::max(lengths[i], 1e-300));
      auto lower = way_down(walk, there, bent.perhaps_downward, 1 / reach, below);
      if (lower && is_real_fall(walk, lower->x, lower->value, here.value - lower->value)) return lower;
    }
  }
  return std::nullopt;
}

}  // namespace downhill::optimize
