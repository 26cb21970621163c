#include "optimize/probing.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/real_fall.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t drawn_directions = 32;
constexpr std::size_t paired_directions = 12;
constexpr std::uint64_t probe_stream = 1;

std::vector<std::vector<double>> probe_directions(const Curvature& curvature, std::size_t n) {
  const auto& flat = curvature.flat_directions;
  std::vector<std::vector<double>> result = flat;
  const std::size_t paired = std::min(flat.size(), paired_directions);
  for (std::size_t a = 0; a < paired; ++a) {
    for (std::size_t b = 0; b < a; ++b) {
      for (const double sign : {1.0, -1.0}) {
        std::vector<double> pair(n);
        for (std::size_t i = 0; i < n; ++i) pair[i] = flat[b][i] + sign * flat[a][i];
        result.push_back(std::move(pair));
      }
    }
  }
  Draws draws(0, probe_stream);
  for (std::size_t k = 0; k < drawn_directions; ++k) {
    std::vector<double> drawn(n);
    draws.direction(drawn);
    for (std::size_t i = 0; i < n; ++i) drawn[i] *= curvature.unit[i];
    result.push_back(std::move(drawn));
  }
  return result;
}

// gradient · (to - from)
double foretold(std::span<const double> gradient, std::span<const double> from, std::span<const double> to) {
  double sum = 0;
  for (std::size_t i = 0; i < from.size(); ++i) sum += gradient[i] * (to[i] - from[i]);
  return sum;
}

// While doubling the distance lowers f further, by more than rounding there, go on.
Point carried_on(Walk& walk, const Point& from, double t, std::span<const double> direction) {
  Point best = walk.evaluate(walk.box().along(from.x, t, direction));
  for (int k = 0; k < 60 && !walk.is_over(); ++k) {
    t *= 2;
    std::vector<double> x = walk.box().along(from.x, t, direction);
    if (!is_finite(x) || x == best.x) break;
    Point next = walk.evaluate(std::move(x));
    if (!(std::isfinite(next.value) && is_finite(next.gradient) && next.value < best.value)) break;
    if (!is_real_fall(walk, next.x, next.value, best.value - next.value)) break;
    best = std::move(next);
  }
  return best;
}

}  // namespace

double longest_in_units(const Curvature& curvature, std::span<const double> lengths) {
  double longest = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (curvature.unit[i] > 0) longest = std::max(longest, lengths[i] / curvature.unit[i]);
  }
  return longest > 0 && std::isfinite(longest) ? longest : 1;
}

std::optional<Point> lower_point_nearby(Walk& walk, const Curvature& curvature, std::span<const double> gradient,
                                        std::span<const double> lengths) {
  const std::size_t n = walk.size();
  const Point& here = walk.here();
  const double radius = longest_in_units(curvature, lengths);
  const auto directions = probe_directions(curvature, n);
  std::vector<double> points(2 * directions.size() * n), values(2 * directions.size());
  for (const int exponent : {-20, -14, -10, -6, -3, 0}) {
    const double distance = std::ldexp(radius, exponent);
    for (std::size_t k = 0; k < values.size(); ++k) {
      const double t = k % 2 == 0 ? distance : -distance;
      for (std::size_t i = 0; i < n; ++i) {
        points[k * n + i] = walk.box().nearest(i, here.x[i] + t * directions[k / 2][i]);
      }
    }
    if (walk.is_over()) return std::nullopt;
    walk.values(points, values);
    std::size_t best = values.size();
    for (std::size_t k = 0; k < values.size(); ++k) {
      if (!std::isfinite(values[k])) continue;
      const double explained = walk.box().is_bounded()
                                   ? std::abs(foretold(gradient, here.x, std::span(points).subspan(k * n, n)))
                                   : distance * std::abs(dot(gradient, directions[k / 2]));
      const double rounding = 4 * rounding_of(std::max(std::abs(values[k]), std::abs(here.value)));
      if (!(values[k] < here.value - (2 * explained + rounding))) continue;
      if (best == values.size() || values[k] < values[best]) best = k;
    }
    if (best == values.size()) continue;
    const auto nearest = std::span(points).subspan(best * n, n);
    if (!is_real_fall(walk, nearest, values[best], here.value - values[best])) continue;
    Point lower = carried_on(walk, here, best % 2 == 0 ? distance : -distance, directions[best / 2]);
    if (std::isfinite(lower.value) && is_finite(lower.gradient)) return lower;
  }
  return std::nullopt;
}

namespace {

std::optional<Point> lower_along(Walk& walk, const Curvature& curvature, std::span<const double> direction) {
  const Point& here = walk.here();
  // The distance over which the curvature would change f by about |f|: a power of two.
  double t = 1;
  if (here.value != 0 && curvature.downward_curvature != 0) {
    const int exponent = std::ilogb(here.value) - std::ilogb(curvature.downward_curvature);
    t = std::ldexp(1.0, std::clamp(exponent >> 1, -400, 400));
  }
  t *= 0x1p-4;
  const double room = walk.box().room(here.x, direction);
  t = std::min(t, room);
  if (t == 0) return std::nullopt;
  const auto at = [&](double distance) { return walk.evaluate(walk.box().along(here.x, distance, direction)); };
  const auto is_lower = [&](const Point& point, double than) {
    return std::isfinite(point.value) && is_finite(point.gradient) && point.value < than;
  };
  std::optional<Point> best;
  Point first = at(t);
  if (is_lower(first, here.value - rounding_of(here.value))) {
    best = std::move(first);
    for (int k = 0; k < 120 && !walk.is_over() && t < room; ++k) {
      t = std::min(2 * t, room);
      Point next = at(t);
      if (!is_lower(next, best->value)) break;
      if (k % 8 == 7 && !is_real_fall(walk, next.x, next.value, best->value - next.value)) break;
      best = std::move(next);
    }
    return best;
  }
  // Where f is 0 its unit says nothing of how far to go: the units of a loss of 2^-300 are 2^150 long.
  for (int k = 0; k < (here.value == 0 ? 700 : 120) && !walk.is_over(); ++k) {
    t *= 0.5;
    Point next = at(t);
    if (next.x == here.x) break;
    if (best && !is_lower(next, best->value)) break;
    if (is_lower(next, here.value)) best = std::move(next);
  }
  return best;
}

}  // namespace

std::optional<Point> escape(Walk& walk, const Curvature& curvature, std::span<const double> gradient) {
  std::vector<double> direction = curvature.downward;
  if (curvature.is_inward) return lower_along(walk, curvature, direction);
  orient(direction);
  const double slope = dot(gradient, direction);
  const auto turn = [&] {
    for (double& entry : direction) entry = -entry;
  };
  if (slope > 4 * curvature.downward_noise) turn();
  auto result = lower_along(walk, curvature, direction);
  if (result || !walk.box().is_bounded()) return result;
  turn();  // a bound may be in the way
  return lower_along(walk, curvature, direction);
}

std::optional<Point> way_down(Walk& walk, const Curvature& curvature, std::span<const double> gradient,
                              std::uint64_t departures) {
  constexpr std::uint64_t most_looks_around = 8;
  std::optional<Point> next;
  if (curvature.negative > 0) {
    next = escape(walk, curvature, gradient);
  } else if (curvature.doubtful > 0 && departures < most_looks_around) {
    next = lower_point_nearby(walk, curvature, gradient, walk.lengths());
  }
  const double value = walk.here().value;
  return next && next->value < value - rounding_of(value) ? next : std::nullopt;
}

std::optional<Point> last_newton_step(Walk& walk, const Curvature& curvature, std::span<const double> gradient) {
  const Point& here = walk.here();
  if (curvature.negative > 0 || curvature.positive == 0 || walk.is_over()) return std::nullopt;
  const bool is_all = curvature.positive == curvature.size;
  if (!is_all && curvature.flat != curvature.doubtful) return std::nullopt;
  const std::vector<double>& step =
      is_all || curvature.decided_step.empty() ? curvature.newton_step : curvature.decided_step;
  std::vector<double> x = walk.box().along(here.x, 1, step);
  if (!is_finite(x) || x == here.x) return std::nullopt;
  Point next = walk.evaluate(std::move(x));
  if (!std::isfinite(next.value) || !is_finite(next.gradient) || next.gradient.empty()) return std::nullopt;
  const auto scaled_norm = [&](std::span<const double> g) {
    std::vector<double> scaled(g.begin(), g.end());
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= curvature.unit[i];
    return norm(scaled);
  };
  const bool is_closer = scaled_norm(next.gradient) <= 0.5 * scaled_norm(gradient);
  if (!is_closer) return std::nullopt;
  if (next.value > here.value + 16 * rounding_of(here.value) && next.value > here.value + 2 * value_noise(walk)) {
    return std::nullopt;
  }
  return next;
}

std::optional<Point> closer_point(Walk& walk, const Curvature& curvature, double tolerance) {
  const Point& here = walk.here();
  const std::vector<double>& step = curvature.whole_step;
  if (step.size() != walk.size() || walk.box().is_bounded() || walk.is_over()) return std::nullopt;
  const std::vector<double> lengths = walk.lengths();
  bool is_long = false;
  for (std::size_t i = 0; i < step.size(); ++i) is_long = is_long || std::abs(step[i]) > tolerance * lengths[i];
  std::vector<double> x = along(here.x, 1, step);
  if (!is_long || !is_finite(x) || x == here.x) return std::nullopt;
  Point next = walk.evaluate(std::move(x));
  if (!std::isfinite(next.value) || !is_finite(next.gradient) || next.gradient.empty()) return std::nullopt;
  const double fall = here.value - next.value;
  if (!(fall > std::max(1e-9 * std::abs(here.value), 16 * rounding_of(here.value)))) return std::nullopt;
  return is_real_fall(walk, next.x, next.value, fall) ? std::optional(std::move(next)) : std::nullopt;
}

}  // namespace downhill::optimize
