#include <downhill/line_searches/strong_wolfe.hpp>

#include <algorithm>
#include <cmath>
#include <utility>

#include "optimize/line_search/interpolation.hpp"
#include "optimize/line_search/line_function.hpp"
#include "optimize/line_search/line_search_erasure.hpp"

namespace downhill {

options::Fields StrongWolfe::fields() {
  using options::field;
  return {field("sufficient_decrease", &StrongWolfe::sufficient_decrease, "c in f(x + t p) <= f(x) + c t slope",
                options::open(0, 0.5)),
          field("curvature", &StrongWolfe::curvature, "c in |slope(t)| <= c |slope|", options::open(0, 1))};
}

void StrongWolfe::check() const { optimize::check_order(name, sufficient_decrease, curvature); }

namespace optimize {

namespace {

Knot knot(const Sample& sample) { return {sample.step, sample.rise, sample.slope}; }

// Algorithm 3.6: low has fallen enough and is the lowest such; a good step lies between it and high.
std::optional<Trial> zoom(const Wolfe& wolfe, LineFunction& phi, Sample low, Sample high) {
  double width_before = std::abs(high.step - low.step), width_two_before = 2 * width_before;
  for (int trial = 0; trial < 60 && !phi.is_over(); ++trial) {
    const double width = high.step - low.step;
    double t = low.step + 0.5 * width;
    if (!high.is_usable()) {
      t = low.step + 0.25 * width;
    } else if (trial < 2 || std::abs(width) <= 0.66 * width_two_before) {
      const double bottom = cubic_minimum(knot(low), knot(high));
      const double margin = 0.1 * std::abs(width);
      if (std::isfinite(bottom)) {
        t = std::clamp(bottom, std::min(low.step, high.step) + margin, std::max(low.step, high.step) - margin);
      }
    }
    width_two_before = std::exchange(width_before, std::abs(width));
    if (t == low.step || t == high.step) break;
    Sample next = phi.at(t);
    if (phi.is_last_at_start()) break;
    if (!next.is_usable() || !has_fallen_enough(wolfe, phi, next) || !phi.is_lower(next, low)) {
      high = next;
      continue;
    }
    if (is_strong(wolfe, phi, next)) return phi.last();
    if (next.slope * width >= 0) high = low;
    low = next;
  }
  return phi.lowest();
}

}  // namespace

template <>
struct Search<StrongWolfe> {
  static Traits::Descent descent(const StrongWolfe&) { return Traits::Descent::monotone; }

  // Algorithm 3.5.
  static std::optional<Trial> find(const StrongWolfe& options, Walk& walk, const Ray& ray, double suggested_step) {
    const Wolfe wolfe{options.sufficient_decrease, options.curvature};
    LineFunction phi(walk, ray);
    Sample before = phi.start();
    double t = std::min(suggested_step, phi.longest());
    for (int trial = 0; trial < most_expansions && !phi.is_over(); ++trial) {
      Sample next = phi.at(t);
      if (phi.is_last_at_start()) break;
      if (!next.is_usable() || !has_fallen_enough(wolfe, phi, next) || (trial > 0 && next.rise >= before.rise)) {
        return zoom(wolfe, phi, before, next);
      }
      if (is_strong(wolfe, phi, next) || is_at_bound(wolfe, phi, next)) return phi.last();
      if (next.slope >= 0) return zoom(wolfe, phi, next, before);
      double further = cubic_minimum(knot(before), knot(next));
      if (!(further > t)) further = 10 * t;
      t = std::min(std::clamp(further, 2 * t, 10 * t), phi.longest());
      before = next;
    }
    return phi.lowest();
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const StrongWolfe&);

}  // namespace downhill
