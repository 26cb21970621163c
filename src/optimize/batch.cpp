#include "optimize/batch.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "optimize/norms.hpp"

namespace downhill::optimize {

bool is_lower(double a, double b) { return std::isfinite(a) && (a < b || !std::isfinite(b)); }

double value_at(Walk& walk, std::span<const double> x) {
  return is_finite(x) ? walk.value(x) : std::numeric_limits<double>::quiet_NaN();
}

void Batch::put(std::size_t k, std::span<const double> x, double value) {
  std::ranges::copy(x, (*this)[k].begin());
  values[k] = value;
}

std::size_t Batch::lowest() const {
  std::size_t best = 0;
  for (std::size_t k = 1; k < size(); ++k) {
    if (is_lower(values[k], values[best])) best = k;
  }
  return best;
}

void Batch::rank(std::vector<std::uint64_t>& order) const {
  order.resize(size());
  std::iota(order.begin(), order.end(), std::uint64_t{0});
  std::ranges::stable_sort(order, [&](std::uint64_t a, std::uint64_t b) { return is_lower(values[a], values[b]); });
}

bool Batch::has_moved(Walk& walk) const {
  const std::size_t best = lowest();
  const auto x = (*this)[best];
  if (!is_lower(values[best], walk.here().value) || !is_finite(x)) return false;
  walk.move({std::vector<double>(x.begin(), x.end()), values[best], {}});
  return true;
}

}  // namespace downhill::optimize
