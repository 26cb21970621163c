#include <cmath>

#include "optimize/line_search/line_search_erasure.hpp"
#include "optimize/norms.hpp"

namespace downhill {

options::Fields Exact::fields() {
  using options::field;
  return {field("orthogonality", &Exact::orthogonality, "ends when |gradient(x + t p) · p| <= orthogonality |slope|",
                options::open(0, 1))};
}

namespace optimize {

template <>
struct Search<Exact> {
  static Traits::Descent descent(const Exact&) { return Traits::Descent::monotone; }

  static std::optional<Trial> find(const Exact& options, Walk& walk, const Ray& ray, double suggested_step) {
    const double value = walk.here().value;
    const double small = options.orthogonality * -ray.slope;
    // low: f fell and still slopes down; high: beyond the bottom.
    double low = 0, low_slope = ray.slope;
    double high = 0, high_slope = 0;  // high = 0: not found yet; high_slope = 0: not known
    std::optional<Trial> best;
    double t = suggested_step;
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      Trial next = try_step(walk, ray, t);
      if (next.point.x == walk.here().x) break;
      const bool is_lower = is_usable(next) && next.point.value <= value + rounding_of(value);
      const double slope = is_lower ? dot(next.point.gradient, ray.direction) : 0;
      if (!is_lower) {
        high = t;
        high_slope = 0;
      } else {
        if (!best || high == 0 || std::abs(slope) < std::abs(dot(best->point.gradient, ray.direction))) best = next;
        if (std::abs(slope) <= small) return next;
        if (slope < 0) {
          low = t;
          low_slope = slope;
        } else {
          high = t;
          high_slope = slope;
        }
      }
      const double before = t;
      t = next_step(low, low_slope, high, high_slope, trial);
      if (t == before || !(t > low) || (high > 0 && !(t < high))) break;
    }
    if (best && !(best->point.value < value) &&
        std::abs(dot(best->point.gradient, ray.direction)) >= std::abs(ray.slope)) {
      return std::nullopt;
    }
    return best;
  }

  // Doubling while the slope stays negative, then the secant through both slopes, bisected every third time.
  static double next_step(double low, double low_slope, double high, double high_slope, int trial) {
    if (high == 0) return 2 * low;
    const double middle = low + 0.5 * (high - low);
    if (high_slope == 0 || trial % 3 == 2) return middle;
    const double secant = low + (high - low) * (low_slope / (low_slope - high_slope));
    return secant > low && secant < high ? secant : middle;
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const Exact&);

}  // namespace downhill
