#include <cmath>

#include "optimize/line_search/line_search_erasure.hpp"
#include "optimize/norms.hpp"

namespace downhill {

options::Fields Armijo::fields() {
  using options::field;
  return {field("sufficient_decrease", &Armijo::sufficient_decrease, "c in f(x + t p) <= f(x) + c t slope",
                options::open(0, 0.5)),
          field("contraction", &Armijo::contraction, "factor on a refused step", options::open(0, 1))};
}

namespace optimize {

template <>
struct Search<Armijo> {
  static Traits::Descent descent(const Armijo&) { return Traits::Descent::monotone; }

  static std::optional<Trial> find(const Armijo& options, Walk& walk, const Ray& ray, double suggested_step) {
    double t = suggested_step;
    for (int trial = 0; trial < 1100 && !walk.is_over(); ++trial, t *= options.contraction) {
      Trial next = try_step(walk, ray, t);
      if (next.point.x == walk.here().x) return std::nullopt;
      if (is_usable(next) && is_accepted(options, walk.here(), ray, next)) return next;
    }
    return std::nullopt;
  }

  // Where the fall is lost in the rounding of f, the slope decides: the step must not go far beyond the bottom (compare Hager &
  // Zhang, SIAM J. Optim. 16 (2005) 170-192, equation 4.1).
  static bool is_accepted(const Armijo& options, const Point& from, const Ray& ray, const Trial& next) {
    const double rounding = rounding_of(from.value);
    if (-next.step * ray.slope > 8 * rounding) {
      return next.point.value <= from.value + options.sufficient_decrease * next.step * ray.slope;
    }
    return next.point.value <= from.value + rounding && dot(next.point.gradient, ray.direction) <= -0.5 * ray.slope;
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const Armijo&);

}  // namespace downhill
