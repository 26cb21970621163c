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

bool is_negligible(double spread, double x, double first_length, double relative) {
  return std::abs(spread) <= relative * std::max(std::abs(x), first_length);
}

}  // namespace downhill::optimize
