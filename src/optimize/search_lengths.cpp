#include "optimize/search_lengths.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

std::vector<double> search_lengths(std::span<const double> x, std::optional<double> given) {
  const double top = largest(x);
  std::vector<double> lengths(x.size(), given.value_or(top > 0 ? top : 1.0));
  for (std::size_t i = 0; i < x.size() && !given; ++i) {
    if (x[i] != 0) lengths[i] = std::abs(x[i]);
  }
  return lengths;
}

std::vector<double> search_lengths(std::span<const double> x, std::optional<double> given, const Box& box) {
  std::vector<double> lengths = search_lengths(x, given);
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    lengths[i] = std::min(lengths[i], 0.5 * (box.upper(i) - box.lower(i)));
  }
  return lengths;
}

Reach reach_of(const std::optional<double>& radius) { return radius ? Reach::around : Reach::everywhere; }

double drawn_about(double center, double length, const Box& box, std::size_t i, Reach reach, Draws& draws) {
  const double drawn = draws.symmetric();
  if (!box.is_bounded()) return center + length * drawn;
  const bool is_whole = reach == Reach::everywhere && std::isfinite(box.lower(i)) && std::isfinite(box.upper(i));
  const double low = is_whole ? box.lower(i) : std::max(box.lower(i), center - length);
  const double high = is_whole ? box.upper(i) : std::min(box.upper(i), center + length);
  return box.nearest(i, low * (0.5 - 0.5 * drawn) + high * (0.5 + 0.5 * drawn));
}

double reflected(double x, const Box& box, std::size_t i) {
  if (x < box.lower(i)) x = box.lower(i) + (box.lower(i) - x);
  if (x > box.upper(i)) x = box.upper(i) - (x - box.upper(i));
  return box.nearest(i, x);
}

bool is_negligible(double spread, double x, double first_length, double relative) {
  return std::abs(spread) <= relative * std::max(std::abs(x), first_length);
}

}  // namespace downhill::optimize
