#include <downhill/line_searches/more_thuente.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "optimize/line_search/interpolation.hpp"
#include "optimize/line_search/line_function.hpp"
#include "optimize/line_search/line_search_erasure.hpp"

namespace downhill {

options::Fields MoreThuente::fields() {
  using options::field;
  return {field("sufficient_decrease", &MoreThuente::sufficient_decrease, "c in f(x + t p) <= f(x) + c t slope",
                options::open(0, 0.5)),
          field("curvature", &MoreThuente::curvature, "c in |slope(t)| <= c |slope|", options::open(0, 1))};
}

void MoreThuente::check() const { optimize::check_order(name, sufficient_decrease, curvature); }

namespace optimize {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
// (2.2): while the interval is open, the next trial is between t + 1.1 (t - low) and t + 4 (t - low).
constexpr double nearest_extrapolation = 1.1;
constexpr double farthest_extrapolation = 4;
constexpr double fraction_of_interval = 0.66;

// The interval that is known, or hoped, to hold a good step: `low` has the lowest value so far, `high` is the other end once there
// is one. Updating algorithm and trial values of sections 2 to 4 of the paper.
class Interval {
 public:
  explicit Interval(const Knot& start) : low_(start), high_(start) {}

  [[nodiscard]] const Knot& low() const { return low_; }
  [[nodiscard]] const Knot& high() const { return high_; }
  [[nodiscard]] bool is_closed() const { return is_closed_; }
  [[nodiscard]] double width() const { return std::abs(high_.t - low_.t); }
  [[nodiscard]] double middle() const { return low_.t + 0.5 * (high_.t - low_.t); }

  // Takes the trial in and gives the next one, at most `farthest` while the interval is open. All values are those of
  // phi(t) - tilt * t.
  double next(const Knot& trial, double tilt, double farthest) {
    const auto tilted = [tilt](const Knot& k) { return Knot{k.t, k.value - tilt * k.t, k.slope - tilt}; };
    const double nearest = trial.t + nearest_extrapolation * (trial.t - low_.t);
    const Shape shape{tilted(low_), tilted(trial), tilted(high_), is_closed_};
    const bool is_turned = std::signbit(shape.trial.slope) != std::signbit(shape.low.slope);
    const double t = shape.guess(is_turned, std::min(nearest, farthest), farthest);
    if (shape.trial.value > shape.low.value) {
      high_ = trial;
      is_closed_ = true;
    } else {
      if (is_turned) {
        high_ = low_;
        is_closed_ = true;
      }
      low_ = trial;
    }
    return t;
  }

 private:
  // Section 4.
  struct Shape {
    Knot low, trial, high;
    bool is_closed;

    [[nodiscard]] double guess(bool is_turned, double nearest, double farthest) const {
      const double cubic = cubic_minimum(low, trial);
      if (trial.value > low.value) {  // case 1: a higher value closes the interval
        const double length = trial.t - low.t;
        if (std::signbit(trial.slope) == std::signbit(low.slope))
          return low.t + 0.25 * length;  // there is a hill between
        const double parabola = parabola_bottom(low, trial);
        if (!std::isfinite(cubic)) return parabola;
        const bool is_cubic_nearer = std::abs(cubic - low.t) < std::abs(parabola - low.t);
        const double t = is_cubic_nearer ? cubic : cubic + 0.5 * (parabola - cubic);
        return std::abs(t - low.t) < 1e-3 * std::abs(length) ? low.t + 1e-3 * length : t;
      }
      const double straight = secant(low, trial);
      const bool is_cubic_farther = std::abs(cubic - trial.t) > std::abs(straight - trial.t);
      if (is_turned) return is_cubic_farther ? cubic : straight;  // case 2: a slope of the other sign closes it
      if (std::abs(trial.slope) < std::abs(low.slope)) return beyond(cubic, straight, nearest, farthest);  // case 3
      if (!is_closed) return farthest;  // case 4: lower, and no flatter
      const double back = cubic_minimum(trial, high);
      return std::isfinite(back) ? back : trial.t + 0.5 * (high.t - trial.t);
    }

    // Case 3: the slope flattens. The cubic counts only if it has its minimum ahead.
    [[nodiscard]] double beyond(double cubic, double straight, double nearest, double farthest) const {
      const bool is_ahead = (cubic - trial.t) * (trial.t - low.t) > 0;
      if (!is_closed) {
        if (!is_ahead) return farthest;
        return std::clamp(std::max(cubic, straight), nearest, farthest);
      }
      const bool is_cubic_nearer = is_ahead && std::abs(cubic - trial.t) < std::abs(straight - trial.t);
      const double t = is_cubic_nearer ? cubic : straight;
      const double limit = trial.t + fraction_of_interval * (high.t - trial.t);
      return trial.t > low.t ? std::min(limit, t) : std::max(limit, t);
    }
  };

  Knot low_, high_;
  bool is_closed_ = false;
};

}  // namespace

template <>
struct Search<MoreThuente> {
  static Traits::Descent descent(const MoreThuente&) { return Traits::Descent::monotone; }

  static std::optional<Trial> find(const MoreThuente& options, Walk& walk, const Ray& ray, double suggested_step) {
    const Wolfe wolfe{options.sufficient_decrease, options.curvature};
    LineFunction phi(walk, ray);
    Interval interval({0, 0, phi.slope()});
    // psi(t) = phi(t) - phi(0) - tilt * t until a trial with psi <= 0 and phi' >= 0 turns up, phi from then on (section 3).
    double tilt = wolfe.sufficient_decrease * phi.slope();
    double ceiling = infinity;  // f is not finite from here on
    double width_before = infinity, width_two_before = infinity;
    double t = std::min(suggested_step, phi.longest());
    for (int trial = 0; trial < most_trials && !phi.is_over(); ++trial) {
      Sample next = phi.at(t);
      if (phi.is_last_at_start()) break;
      if (!next.is_usable()) {
        if (t > interval.low().t) ceiling = t;
        t = interval.low().t + 0.25 * (t - interval.low().t);
        if (t == interval.low().t) break;
        continue;
      }
      if (is_strong(wolfe, phi, next) || is_at_bound(wolfe, phi, next)) return phi.last();
      if (has_fallen_enough(wolfe, phi, next) && next.slope >= 0) tilt = 0;
      if (!interval.is_closed() && trial > most_expansions) break;
      const double reach = t + farthest_extrapolation * (t - interval.low().t);
      t = interval.next({t, next.rise, next.slope}, tilt, reach);
      if (interval.is_closed()) {
        if (interval.width() >= fraction_of_interval * width_two_before) t = interval.middle();
        width_two_before = std::exchange(width_before, interval.width());
      }
      t = std::min(t, phi.longest());
      if (t >= ceiling) t = interval.low().t + 0.5 * (ceiling - interval.low().t);
      if (t == interval.low().t || t == interval.high().t) break;
    }
    return phi.lowest();
  }
};

}  // namespace optimize

template LineSearch::LineSearch(const MoreThuente&);

}  // namespace downhill
