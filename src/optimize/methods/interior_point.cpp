#include <downhill/methods/interior_point.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "ir/scalar.hpp"
#include "ops/formula/logarithm.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/projected_newton_step.hpp"
#include "optimize/scaled_hessian.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields InteriorPoint::fields() {
  using options::field;
  return {field("fraction", &InteriorPoint::fraction, "of the way to a bound that a step goes at most",
                options::open(0, 1))};
}

namespace optimize {

namespace {

constexpr double first_push = 1e-2;  // from a bound, of the way to the other one or of the length of x
constexpr double sufficient_decrease = 1e-4;
constexpr double clear = 1e-5;  // a bound is active or not where slack or multiplier is below this
constexpr double surely_clear = 1e-9;
constexpr double most_imbalance = 1e10;   // of a multiplier, Wächter & Biegler eq. 16
constexpr double least_curvature = 1e-8;  // of the largest

// One bound of one variable.
struct Side {
  std::size_t variable = 0;
  double bound = 0;
  double sign = 1;  // 1 of a lower bound, -1 of an upper one

  [[nodiscard]] double slack(std::span<const double> x) const { return sign * (x[variable] - bound); }
};

std::vector<Side> sides_of(const Box& box, std::size_t n) {
  std::vector<Side> result;
  for (std::size_t i = 0; i < n; ++i) {
    if (std::isfinite(box.lower(i))) result.push_back({i, box.lower(i), 1});
    if (std::isfinite(box.upper(i))) result.push_back({i, box.upper(i), -1});
  }
  return result;
}

// The matrix plus the barrier's diagonal, solved for a direction along which the barrier function falls.
std::vector<double> newton_direction(std::vector<double> matrix, std::span<const double> diagonal,
                                     std::span<const double> gradient, std::span<const double> x) {
  const std::size_t n = gradient.size();
  for (std::size_t i = 0; i < n; ++i) matrix[i * n + i] += diagonal[i];
  const ScaledHessian scaled(matrix, x);
  std::vector<double> right = scaled.scale_gradient(gradient);
  for (double& entry : right) entry = -entry;
  std::vector<double> step = solve_positive_definite(scaled.matrix(), right);
  if (step.empty()) {
    const EigenDecomposition eigen = eigen_decomposition(scaled.matrix(), n);
    const double top = std::max(std::abs(eigen.values.front()), std::abs(eigen.values.back()));
    step = eigen.coordinates(right);
    for (std::size_t k = 0; k < n; ++k) {
      step[k] /= std::max(std::abs(eigen.values[k]), top > 0 ? least_curvature * top : norm(right));
    }
    step = eigen.combine(step);
  }
  return scaled.unscale_step(step);
}

}  // namespace

template <>
struct Implementation<InteriorPoint> {
  static Traits traits(const InteriorPoint&) {
    return {.needs = Needs::hessian,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::free,
            .rate = Traits::Rate::superlinear,
            .bounds = Traits::Bounds::keeps};
  }

  struct State {
    enum class Phase : std::uint8_t { entering, inside, ending } phase = Phase::entering;
    std::vector<double> multipliers;  // of the sides
    std::vector<double> lengths;      // of the variables
    ProjectedNewtonState newton;      // of the end
    template <class Visitor>
    void visit(Visitor& v) {
      v("phase", phase);
      v("multipliers", multipliers);
      v("lengths", lengths);
      v("newton", newton);
    }
  };

  static State init(const InteriorPoint&, Walk& walk) {
    State state;
    const Box& box = walk.box();
    if (!box.is_bounded()) state.phase = State::Phase::ending;
    state.lengths = search_lengths(walk.here().x, std::nullopt);
    for (std::size_t i = 0; i < walk.size(); ++i) {
      const double range = box.upper(i) - box.lower(i);
      const double bound = std::max(std::isfinite(box.lower(i)) ? std::abs(box.lower(i)) : 0,
                                    std::isfinite(box.upper(i)) ? std::abs(box.upper(i)) : 0);
      state.lengths[i] = std::min(range, std::max(state.lengths[i], bound));
    }
    return state;
  }

  static StepOutcome step(const InteriorPoint& options, State& state, Walk& walk) {
    switch (state.phase) {
      case State::Phase::entering: return enter(state, walk);
      case State::Phase::inside: return go_inside(options, state, walk);
      case State::Phase::ending: break;
    }
    return projected_newton_step(ProjectedNewton{}, state.newton, walk);
  }

  // Away from the bounds, and first multipliers: of the size of the gradient, all products with the slacks equal.
  static StepOutcome enter(State& state, Walk& walk) {
    const Box& box = walk.box();
    const std::vector<Side> sides = sides_of(box, walk.size());
    std::optional<Point> inside;
    double push = first_push;
    for (int trial = 0; trial < 40 && !walk.is_over(); ++trial, push *= 0.25) {
      std::vector<double> x = walk.here().x;
      for (std::size_t i = 0; i < x.size(); ++i) {
        const double distance = push * state.lengths[i];
        x[i] = std::clamp(x[i], std::min(box.lower(i) + distance, box.upper(i)),
                          std::max(box.upper(i) - distance, box.lower(i)));
      }
      Trial next{1, walk.evaluate(std::move(x))};
      if (!is_usable(next)) continue;
      inside = std::move(next.point);
      break;
    }
    const bool is_inside = inside && std::ranges::all_of(sides, [&](const Side& s) { return s.slack(inside->x) > 0; });
    if (!is_inside) {
      state.phase = State::Phase::ending;
      return {};
    }
    double product = 0;
    for (const Side& side : sides) product += std::abs(inside->gradient[side.variable]) * side.slack(inside->x);
    product *= 0.1 / static_cast<double>(sides.size());
    if (!(product > 0)) product = 0.1 * std::abs(inside->value);
    if (!(product > 0)) product = 1;
    for (const Side& side : sides) state.multipliers.push_back(product / side.slack(inside->x));
    state.phase = State::Phase::inside;
    walk.move(*std::move(inside));
    return {};
  }

  static StepOutcome go_inside(const InteriorPoint& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    const std::size_t n = walk.size();
    const std::vector<Side> sides = sides_of(walk.box(), n);
    std::vector<double>& z = state.multipliers;
    if (is_settled(state, walk, sides)) return end(state, walk, sides);
    std::vector<double> matrix(n * n);
    walk.objective().hessian(here.x, matrix);
    if (!is_finite(matrix)) return end(state, walk, sides);

    const double mu = next_mu(sides, here.x, z);
    std::vector<double> gradient = here.gradient, diagonal(n, 0.0);
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const double slack = sides[k].slack(here.x);
      gradient[sides[k].variable] -= sides[k].sign * (mu / slack);
      diagonal[sides[k].variable] += z[k] / slack;
    }
    const std::vector<double> direction = newton_direction(std::move(matrix), diagonal, gradient, here.x);
    const double slope = dot(gradient, direction);
    if (!is_finite(direction) || !(slope < 0)) return end(state, walk, sides);

    double longest = 1, longest_dual = 1;
    std::vector<double> dual(z.size());
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const double slack = sides[k].slack(here.x), change = sides[k].sign * direction[sides[k].variable];
      dual[k] = mu / slack - z[k] - z[k] * (change / slack);
      if (change < 0) longest = std::min(longest, options.fraction * (slack / -change));
      if (dual[k] < 0) longest_dual = std::min(longest_dual, options.fraction * (z[k] / -dual[k]));
    }
    double t = longest;
    for (int trial = 0; trial < 60 && !walk.is_over(); ++trial, t *= 0.5) {
      Trial next = try_step(walk, {direction, slope}, t);
      if (next.point.x == here.x) return end(state, walk, sides);
      if (!is_usable(next)) continue;
      const double rise = barrier_rise(sides, here, next.point, mu);
      const double rounding = rounding_of(std::max(std::abs(here.value), std::abs(next.point.value)));
      if (!(rise <= sufficient_decrease * t * slope + rounding)) continue;
      for (std::size_t k = 0; k < sides.size(); ++k) {
        const double slack = sides[k].slack(next.point.x);
        z[k] = std::clamp(z[k] + longest_dual * dual[k], mu / (most_imbalance * slack), most_imbalance * (mu / slack));
      }
      walk.move(std::move(next.point));
      return {};
    }
    return walk.is_over() ? StepOutcome{} : end(state, walk, sides);
  }

  // Vanderbei & Shanno, section 3: the worse the products are balanced, the larger a part of their mean.
  static double next_mu(const std::vector<Side>& sides, std::span<const double> x, std::span<const double> z) {
    double mean = 0, least = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const double product = sides[k].slack(x) * z[k];
      mean += product / static_cast<double>(sides.size());
      least = std::min(least, product);
    }
    const double balance = mean > 0 ? least / mean : 1;
    const double part = balance > 0 ? std::min(0.05 * ((1 - balance) / balance), 2.0) : 2.0;
    return std::max(0.1 * part * part * part, 1e-3) * mean;
  }

  // f - mu Σ log slack: how much higher at `to`.
  static double barrier_rise(const std::vector<Side>& sides, const Point& from, const Point& to, double mu) {
    double sum = 0;
    for (const Side& side : sides) {
      const double ratio = side.slack(to.x) / side.slack(from.x);
      if (!(ratio > 0)) return std::numeric_limits<double>::infinity();
      sum += scalar::log(ratio);
    }
    return (to.value - from.value) - mu * sum;
  }

  // Slack and multiplier of a side, in units of the variable's length and of the largest derivative.
  struct Relative {
    double slack, multiplier;
  };
  static Relative relative(const State& state, const Walk& walk, const Side& side, double multiplier) {
    const double steepest = walk.largest_gradient()[side.variable];
    return {side.slack(walk.here().x) / state.lengths[side.variable], steepest > 0 ? multiplier / steepest : 0};
  }

  // Whether every bound has shown whether it is active.
  static bool is_settled(const State& state, const Walk& walk, const std::vector<Side>& sides) {
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const Relative r = relative(state, walk, sides[k], state.multipliers[k]);
      if (std::min(r.slack, r.multiplier) > clear && r.slack * r.multiplier > surely_clear) return false;
    }
    return true;
  }

  // Puts x on the bounds that are active, if f does not rise by that.
  static StepOutcome end(State& state, Walk& walk, const std::vector<Side>& sides) {
    state.phase = State::Phase::ending;
    std::vector<double> x = walk.here().x;
    for (std::size_t k = 0; k < sides.size(); ++k) {
      const Relative r = relative(state, walk, sides[k], state.multipliers[k]);
      if (r.slack < r.multiplier && r.slack < 1e-2) x[sides[k].variable] = sides[k].bound;
    }
    if (x == walk.here().x) return {};
    Trial next{1, walk.evaluate(std::move(x))};
    if (is_usable(next) && next.point.value <= walk.here().value) walk.move(std::move(next.point));
    return {};
  }
};

}  // namespace optimize

template Method::Method(const InteriorPoint&);

}  // namespace downhill
