#include <downhill/methods/owl_qn.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/smooth_part.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields OwlQn::fields() {
  using options::field;
  return {field("memory", &OwlQn::memory, "steps remembered", options::at_least(1)),
          field("sufficient_decrease", &OwlQn::sufficient_decrease, "c in f(x + s) <= f(x) + c subgradientᵀs",
                options::open(0, 0.5)),
          field("curvature", &OwlQn::curvature, "c in slope >= c * slope before", options::open(0, 1))};
}

namespace optimize {

template <>
struct Implementation<OwlQn> {
  static Traits traits(const OwlQn&) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .rate = Traits::Rate::superlinear,
            .kinks = Traits::Kinks::of_l1_terms};
  }

  struct State {
    SmoothPart smooth;  // at the present point
    LimitedMemory memory;
    double noise = 0;  // of f, where it was measured
    template <class Visitor>
    void visit(Visitor& v) {
      v("smooth", smooth);
      v("memory", memory);
      v("noise", noise);
    }
  };

  static State init(const OwlQn&, Walk&) { return {}; }

  static StepOutcome step(const OwlQn& options, State& state, Walk& walk) {
    const std::vector<double>& gradient = walk.here().gradient;
    if (largest(gradient) == 0) return {StepOutcome::Kind::stalled};
    state.smooth.settle(walk);
    if (!state.memory.is_empty()) {
      std::vector<double> way = aligned_where_bent(walk, state.memory.direction(gradient, is_free(walk)));
      if (search(options, state, walk, way, 1)) return {};
      align(gradient, way);
      if (walk.kinks() != nullptr && search(options, state, walk, way, 1)) return {};
      state.memory.clear();
    }
    const std::vector<double> way = steepest_direction(gradient);
    const double first = first_step(walk, way, dot(gradient, way));
    if (search(options, state, walk, way, first)) return {};
    if (walk.is_over()) return {StepOutcome::Kind::stalled};
    const double noise = value_noise(walk);
    if (!(noise > std::max(rounding_of(walk.here().value), 2 * state.noise))) return {StepOutcome::Kind::stalled};
    state.noise = noise;
    return {search(options, state, walk, way, first) ? StepOutcome::Kind::moved : StepOutcome::Kind::stalled};
  }

 private:
  // Not resting on a kink.
  static std::vector<bool> is_free(const Walk& walk) {
    const Point& here = walk.here();
    std::vector<bool> result(here.x.size(), true);
    if (walk.kinks() == nullptr) return result;
    for (std::size_t i = 0; i < result.size(); ++i) {
      result[i] = here.gradient[i] != 0 || !walk.kinks()->is_on_kink(i, here.x[i]);
    }
    return result;
  }

  static void align(const std::vector<double>& gradient, std::vector<double>& way) {
    for (std::size_t i = 0; i < way.size(); ++i) {
      if (way[i] * gradient[i] >= 0) way[i] = 0;
    }
  }

  // A variable leaves a kink only to the side where f falls.
  static std::vector<double> aligned_where_bent(const Walk& walk, std::vector<double> way) {
    if (walk.kinks() == nullptr) return way;
    for (std::size_t i = 0; i < way.size(); ++i) {
      if (walk.kinks()->is_on_kink(i, walk.here().x[i]) && way[i] * walk.here().gradient[i] >= 0) way[i] = 0;
    }
    return way;
  }

  // x + t way, each variable stopped at the kink before it.
  static std::vector<double> stopped(const Walk& walk, const std::vector<double>& way, double t) {
    std::vector<double> x = along(walk.here().x, t, way);
    if (walk.kinks() == nullptr) return x;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (way[i] == 0 || !walk.kinks()->has_kinks(i)) continue;
      const Kinks::Piece piece = walk.kinks()->piece(i, walk.here().x[i], way[i]);
      x[i] = std::clamp(x[i], piece.low, piece.high);
    }
    return x;
  }

  struct Trial {
    Point point;
    SmoothPart smooth;
    double expected = 0;  // fall of f, by its subgradient
    double slope = 0;     // along the way, of what is not stopped
  };

  static Trial at(Walk& walk, const std::vector<double>& way, double t) {
    Trial trial;
    std::vector<double> x = stopped(walk, way, t);
    if (!is_finite(x)) {
      trial.point.x = std::move(x);
      return trial;
    }
    trial.point = trial.smooth.evaluate(walk, std::move(x));
    for (std::size_t i = 0; i < way.size(); ++i) {
      const double moved = trial.point.x[i] - walk.here().x[i];
      trial.expected -= walk.here().gradient[i] * moved;
      if (way[i] == 0) continue;
      if (walk.kinks() == nullptr || !walk.kinks()->has_kinks(i)) {
        trial.slope += trial.smooth.gradient()[i] * way[i];
      } else if (!walk.kinks()->is_on_kink(i, trial.point.x[i])) {
        trial.slope += (trial.smooth.gradient()[i] + walk.kinks()->slopes(i, trial.point.x[i]).below) * way[i];
      }
    }
    return trial;
  }

  // Weak Wolfe conditions by doubling and halving (Lewis & Overton, Math. Programming 141 (2013) 135-163, algorithm 2.6). Moves the
  // walk; false where no lower point is found.
  static bool search(const OwlQn& options, State& state, Walk& walk, const std::vector<double>& way, double t) {
    const double slope = dot(walk.here().gradient, way);
    if (!(slope < 0) || !std::isfinite(slope)) return false;
    const double value = walk.here().value;
    const double rounding = std::max(rounding_of(value), state.noise);
    double low = 0, high = std::numeric_limits<double>::infinity();
    std::optional<Trial> best;
    for (int k = 0; k < 1100 && !walk.is_over(); ++k) {
      Trial trial = at(walk, way, t);
      if (trial.point.x == walk.here().x) break;
      bool is_lower = trial.smooth.is_finite() && std::isfinite(trial.point.value);
      if (is_lower && trial.expected > 8 * rounding) {
        is_lower = trial.point.value <= value - options.sufficient_decrease * trial.expected;
      } else if (is_lower) {  // the fall is lost in rounding: the slope decides
        is_lower = trial.point.value <= value + rounding && trial.slope <= -0.5 * slope;
      }
      if (is_lower) {
        const bool is_enough = trial.slope >= options.curvature * slope;
        low = t;
        const bool is_better = !best || trial.point.value <= best->point.value;
        if (is_better) best = std::move(trial);
        if (is_enough || !is_better || k >= most_refinements) break;
      } else {
        high = t;
        if (best && k >= most_refinements) break;
      }
      t = std::isinf(high) ? 2 * t : 0.5 * (low + high);
    }
    if (!best) return false;
    std::vector<double> moved(best->point.x);
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= walk.here().x[i];
    state.memory.add(moved, state.smooth.gradient(), best->smooth.gradient(), options.memory);
    state.smooth = std::move(best->smooth);
    walk.move(std::move(best->point));
    return true;
  }

  static constexpr int most_refinements = 60;
};

}  // namespace optimize

template Method::Method(const OwlQn&);

}  // namespace downhill
