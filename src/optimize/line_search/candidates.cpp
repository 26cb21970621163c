#include <cmath>
#include <vector>

#include "optimize/line_search/line_search_erasure.hpp"

namespace downhill {

options::Fields Candidates::fields() {
  using options::field;
  return {
      options::non_empty(
          field("steps", &Candidates::steps, "the steps tried, in units of x² / f", options::positive())),
      field("contraction", &Candidates::contraction, "factor on all steps when none is lower", options::open(0, 1))};
}

namespace optimize {

template <>
struct Search<Candidates> {
  static Traits::Descent descent(const Candidates&) { return Traits::Descent::monotone; }

  static std::optional<Trial> find(const Candidates& options, Walk& walk, const Ray& ray, double) {
    const std::size_t n = walk.size();
    const std::size_t count = options.steps.size();
    std::vector<double> points(count * n), values(count);
    double factor = ray.unit;
    for (int round = 0; round < 8 && !walk.is_over(); ++round, factor *= options.contraction) {
      for (std::size_t k = 0; k < count; ++k) {
        const auto x = along(walk.here().x, factor * options.steps[k], ray.direction);
        std::copy(x.begin(), x.end(), points.begin() + static_cast<std::ptrdiff_t>(k * n));
      }
      walk.values(points, values);
      std::size_t best = count;
      for (std::size_t k = 0; k < count; ++k) {
        if (!std::isfinite(values[k]) || !(values[k] < walk.here().value)) continue;
        if (best == count || values[k] < values[best]) best = k;
      }
      if (best == count) continue;
      Trial next = try_step(walk, ray, factor * options.steps[best]);
      if (is_usable(next)) return next;
    }
    return std::nullopt;
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const Candidates&);

}  // namespace downhill
