#include "optimize/steepest.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

std::vector<double> steepest_direction(std::span<const double> gradient) {
  std::vector<double> direction(gradient.begin(), gradient.end());
  turn_to_steepest(direction);
  return direction;
}

void turn_to_steepest(std::span<double> gradient) {
  scale(gradient, -exponent_of_size(largest(gradient)));
  for (double& entry : gradient) entry = -entry;
}

double first_step(const Walk& walk, std::span<const double> direction, double slope) {
  const double length = largest(walk.here().x);
  if (length > 0) return 0.125 * length / norm(direction);
  const double to_zero = walk.here().value / -slope;
  return to_zero > 0 && std::isfinite(to_zero) ? to_zero : 0.125 / norm(direction);
}

namespace {

// Whether lengths tell of units: where x is measured in units of very different sizes the derivatives are as different the other way
// round, and derivative times length is not. Where lengths differ by chance alone, as in weights drawn at random, the product differs more
// than the derivative.
bool are_units(std::span<const double> lengths, std::span<const double> gradient) {
  double count = 0;
  double plain = 0, plain_squares = 0, product = 0, product_squares = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (gradient[i] == 0 || !(lengths[i] > 0) || !std::isfinite(lengths[i])) continue;
    const int exponent = std::ilogb(gradient[i]);
    const int both = exponent + std::ilogb(lengths[i]);
    ++count;
    plain += exponent;
    plain_squares += double(exponent) * exponent;
    product += both;
    product_squares += double(both) * both;
  }
  return count < 2 || product_squares - product * product / count <= plain_squares - plain * plain / count;
}

}  // namespace

std::vector<int> unit_exponents(const Walk& walk) {
  constexpr int widest = 60;
  const std::vector<double> lengths = walk.lengths();
  const double longest = largest(lengths);
  const int top = longest > 0 && std::isfinite(longest) ? std::ilogb(longest) : 0;
  std::vector<int> result(lengths.size(), top);
  const Point& start = walk.start();
  if (!start.gradient.empty() && !are_units(lengths, start.gradient)) return result;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (lengths[i] > 0 && std::isfinite(lengths[i])) result[i] = std::max(std::ilogb(lengths[i]), top - widest);
  }
  return result;
}

std::vector<double> steepest_direction(std::span<const double> gradient, std::span<const int> units) {
  std::vector<double> scaled(gradient.begin(), gradient.end());
  for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] = std::ldexp(scaled[i], units[i]);
  std::vector<double> direction = steepest_direction(scaled);
  for (std::size_t i = 0; i < direction.size(); ++i) direction[i] = std::ldexp(direction[i], units[i]);
  return direction;
}

double first_step(const Walk& walk, std::span<const double> direction, double slope, std::span<const int> units) {
  std::vector<double> x(walk.here().x), step(direction.begin(), direction.end());
  for (std::size_t i = 0; i < x.size(); ++i) {
    x[i] = std::ldexp(x[i], -units[i]);
    step[i] = std::ldexp(step[i], -units[i]);
  }
  const double length = largest(x);
  return length > 0 ? 0.25 * length / norm(step) : first_step(walk, direction, slope);
}

bool is_lost_in_rounding(const Walk& walk, double slope, double step) {
  return -slope * step <= rounding_of(walk.here().value);
}

}  // namespace downhill::optimize
