#include "optimize/population.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"

namespace downhill::optimize {

Batch drawn_population(Walk& walk, std::size_t size, std::span<const double> lengths, Reach reach) {
  const std::size_t n = walk.size();
  const std::vector<double> center = walk.here().x;
  const double value = walk.here().value;
  Batch drawn(size - 1, n);
  for (std::size_t k = 0; k + 1 < size; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      drawn[k][i] = drawn_about(center[i], lengths[i], walk.box(), i, reach, walk.draws());
    }
  }
  drawn.evaluate(walk);
  drawn.has_moved(walk);
  Batch population(size, n);
  population.put(0, center, value);
  for (std::size_t k = 0; k + 1 < size; ++k) population.put(k + 1, drawn[k], drawn.values[k]);
  return population;
}

bool has_come_together(const Batch& population, std::span<const double> lengths, double relative) {
  const std::size_t best = population.lowest();
  const double value = population.values[best];
  bool is_level = true, is_together = true;
  for (std::size_t k = 0; k < population.size(); ++k) {
    is_level = is_level && population.values[k] - value <= rounding_of(value);
    for (std::size_t i = 0; i < population.width() && is_together; ++i) {
      const double x = population[best][i];
      is_together = is_negligible(population[k][i] - x, x, lengths[i], relative);
    }
  }
  return is_level || is_together;
}

}  // namespace downhill::optimize
