#include "optimize/rays.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/real_fall.hpp"

namespace downhill::optimize {

namespace {

constexpr int doublings_for_unbounded = 40;
constexpr int doublings_further = 20;  // to see f come to rest
constexpr double end_of_numbers = -0x1p1015;
constexpr int doublings_sloping_down = 4;  // a floor that is reached shows fewer

// Where between two distances along a ray the slope becomes exactly zero, by halving.
double beginning_of_floor(const auto& slope_at, double sloping, double flat) {
  for (double middle = 0.5 * (sloping + flat); middle > sloping && middle < flat; middle = 0.5 * (sloping + flat)) {
    (slope_at(middle) == 0 ? flat : sloping) = middle;
  }
  return flat;
}

// Whether a floor that begins somewhere between two distances is reached, as that of max(x, 0)², or only seems to begin where numbers
// end, as that of exp(-x). Ever nearer to the first the slope shrinks as a power of the distance; to the other it is next to nothing all
// along: each time it is 16 or 32 times as near the slope may shrink by 2^40.
bool is_floor_reached(Walk& walk, const Point& from, std::span<const double> direction, double sloping, double flat) {
  std::vector<double> gradient(walk.size());
  const auto slope_at = [&](double distance) {
    (void)walk.value_and_gradient(along(from.x, distance, direction), gradient);
    return dot(gradient, direction);
  };
  const double floor = beginning_of_floor(slope_at, sloping, flat);
  const std::vector<double> edge = along(from.x, floor, direction);
  double before = std::abs(slope_at(0));
  for (const int nearness : {1, 5, 10, 15, 20, 25}) {
    const double distance = floor - std::ldexp(floor, -nearness);
    if (along(from.x, distance, direction) == edge) return nearness > 10;  // no number lies between
    const double slope = std::abs(slope_at(distance));
    if (!(slope > 0x1p-40 * before)) return false;
    before = slope;
  }
  return true;
}

}  // namespace

std::vector<double> main_part(const Walk& walk, std::span<const double> way) {
  constexpr double share = 0x1p-6;
  const std::vector<double> lengths = walk.lengths();
  std::vector<double> result(way.begin(), way.end());
  double most = 0;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (lengths[i] > 0) most = std::max(most, std::abs(way[i]) / lengths[i]);
  }
  bool is_whole = true;
  for (std::size_t i = 0; i < way.size(); ++i) {
    if (way[i] == 0 || (lengths[i] > 0 && std::abs(way[i]) / lengths[i] >= share * most)) continue;
    result[i] = 0;
    is_whole = false;
  }
  return is_whole ? std::vector<double>() : result;
}

Fall follow_ray(Walk& walk, const Point& from, std::span<const double> direction) {
  const bool has_gradient = walk.objective().capabilities().gradient != Derivatives::none;
  if (!is_finite(direction) || largest(direction) == 0) return Fall::none;
  // A short direction must first reach the length of x: f may well be straight on a shorter scale.
  double length = 0;
  const std::vector<double> lengths = walk.lengths();
  for (std::size_t i = 0; i < lengths.size(); ++i) length = std::max(length, lengths[i]);
  const double shortfall = length / largest(direction);
  const int needed = doublings_for_unbounded + (shortfall > 1 ? std::min(std::ilogb(shortfall), 900) : 0);
  const bool has_floor = walk.objective().capabilities().residuals > 0;  // a sum of squares is not negative
  double before = from.value;
  double last_fall = 0;
  int growing = 0, sloping = 0;
  bool is_falling = false, is_at_rest = false, was_rising = false;
  double last_sloping = 0, first_flat = 0;  // distances
  double last_slope = has_gradient && !from.gradient.empty() ? dot(from.gradient, direction) : 0;
  std::vector<double> gradient(has_gradient ? walk.size() : 0), last_x;
  for (int k = 0; k < needed + doublings_further && !walk.is_over(); ++k) {
    const std::vector<double> x = along(from.x, std::ldexp(1.0, k), direction);
    if (!is_finite(x)) break;
    const double value = has_gradient ? walk.value_and_gradient(x, gradient) : walk.value(x);
    if (!std::isfinite(value)) {  // after a fall to the end of the numbers also inf - inf
      const bool is_minus_infinity = std::isinf(value) && value < 0 && is_falling;
      if (!is_minus_infinity && !(before < end_of_numbers)) return Fall::none;
      return last_x.empty() || is_real_fall(walk, last_x, before, last_fall) ? Fall::unbounded : Fall::none;
    }
    const double fall = before - value;
    const double rounding = rounding_of(std::max(std::abs(value), std::abs(before)));
    // Where next to nothing is left of f, rounding of x alone moves it.
    if (fall < -(is_falling ? std::max(rounding, rounding_of(from.value)) : rounding)) return Fall::none;
    is_falling = is_falling || fall > rounding;
    growing = fall > rounding && fall >= last_fall - rounding ? growing + 1 : 0;
    const bool is_far_below =
        from.value - value > std::abs(from.value);  // not just a slope that f has not got over yet
    // Terms that cancel leave a rounding that doubles as they do, of which the slope knows nothing.
    const double slope_here = has_gradient ? dot(gradient, direction) : -std::numeric_limits<double>::infinity();
    const bool is_by_slope = !(-slope_here * std::ldexp(1.0, k) < 0.05 * fall);
    if (growing >= doublings_for_unbounded && k >= needed && is_far_below && !has_floor && is_by_slope) {
      return is_real_fall(walk, x, value, fall) ? Fall::unbounded : Fall::none;
    }

    bool is_sloping = fall > 0;
    if (has_gradient) {
      const double slope = slope_here;
      // Where f goes on falling all the same, a slope upwards is what an overflow on the way to it leaves.
      if (was_rising && !(fall > 0)) sloping = 0;
      was_rising = slope > 0 && !is_at_rest;
      is_sloping = slope < 0 && slope >= last_slope;
      if (slope != 0) {
        last_sloping = std::ldexp(1.0, k);
        first_flat = 0;
      } else if (first_flat == 0) {
        first_flat = std::ldexp(1.0, k);
      }
      last_slope = slope;
    }
    if (is_sloping && !is_at_rest) ++sloping;
    is_at_rest = !is_sloping && fall <= rounding;
    last_fall = fall;
    before = value;
    last_x = x;
  }
  const double total = from.value - before;
  const bool has_fallen = total > rounding_of(from.value) || (has_gradient && sloping > 2 * doublings_sloping_down);
  const bool has_come_to_rest = last_fall <= 1e-6 * total + rounding_of(before);
  if (sloping < doublings_sloping_down || !has_fallen || !has_come_to_rest) return Fall::none;
  const bool has_floor_below = has_gradient && first_flat > 0;
  return has_floor_below && is_floor_reached(walk, from, direction, last_sloping, first_flat) ? Fall::none
                                                                                              : Fall::converging;
}

}  // namespace downhill::optimize
