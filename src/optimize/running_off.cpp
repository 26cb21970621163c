#include "optimize/running_off.hpp"

#include <fmt/format.h>
#include <downhill/choice.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "optimize/assessment.hpp"
#include "optimize/driver.hpp"
#include "optimize/falls.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/real_fall.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t most_evaluations = 2000;
constexpr std::uint64_t least_evaluations = 60;
constexpr double little = 1e-3;            // of the fall so far
constexpr double next_to_nothing = 1e-20;  // of where a sum of squares began

// Where a run from x comes to; nothing where there is no run.
std::optional<Result> run_from(Walk& walk, std::vector<double> x) {
  Objective& objective = walk.objective();
  if (!is_finite(x)) return std::nullopt;
  const Method method = choose_method(objective).method;
  Point begin = walk.evaluate(std::move(x));
  if (method.model().traits().needs == Needs::residuals) begin = with_jacobian(objective, std::move(begin.x));
  if (!std::isfinite(begin.value) || !is_finite(begin.gradient) || walk.is_over()) return std::nullopt;
  Stop stop = walk.remaining();
  stop.target_value = Stop().target_value;
  stop.max_evaluations =
      std::min(stop.max_evaluations, std::clamp(walk.evaluations(), least_evaluations, most_evaluations));
  return drive(objective, std::move(begin), method, stop, {.stop = walk.token()}, Standing::inside);
}

// How far a point is from another along a direction of length 1.
double advance(std::span<const double> from, std::span<const double> to, std::span<const double> direction) {
  std::vector<double> difference(to.begin(), to.end());
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= from[i];
  return dot(difference, direction);
}

// Whether the run has come a million times as far as its start was long, and f falls no less over each doubling of the way, but for what
// rounding of x makes of it.
bool is_falling_ever_more(Walk& walk, std::span<const double> way) {
  if (!has_run_far(walk)) return false;
  constexpr double as_much = 1 - 1e-6;
  constexpr int first = -13;
  double before = walk.value(along(walk.start().x, std::ldexp(1.0, first), way)), last_fall = 0;
  for (int exponent = first + 1; exponent <= 0; ++exponent) {
    const std::vector<double> x = along(walk.start().x, std::ldexp(1.0, exponent), way);
    const double value = walk.value(x), fall = before - value;
    const double missing = as_much * last_fall - fall;
    if (std::isnan(fall) || (exponent == first + 1 && !(fall > 0))) return false;
    if (missing > 0 && is_real_fall(walk, x, value, missing)) return false;
    last_fall = std::max(last_fall, fall);
    before = value;
  }
  // At a minimum far from the start the way has only led down to it.
  const std::vector<double> beyond = along(walk.start().x, 2, way);
  const double rise = walk.value(beyond) - before;
  if (rise > 0 && is_real_fall(walk, beyond, before + rise, rise)) return false;
  return walk.here().value < walk.start().value - last_fall;
}

struct RunningOff {
  bool is_falling_more = false;   // the second time no less than the first
  std::vector<double> direction;  // of length 1
  double value = 0;               // where x is as far again from where the run began
  double value_beyond = 0;        // and twice as far again
};

// Of many variables along the one direction in which f is level, if most of the way was along it: the rest of the way leads off the floor of
// the valley, and each variable's part of that counts.
std::vector<double> way_on(const Walk& walk, const Curvature& curvature) {
  std::vector<double> come = walk.box().without_end(way_come(walk));
  if (walk.size() <= dense_limit || curvature.doubtful != 1) return come;
  std::vector<std::vector<double>> flat = flat_ways(walk, curvature);
  return flat.size() == 1 && norm(flat.front()) > 0.5 * norm(come) ? std::move(flat.front()) : come;
}

std::optional<RunningOff> running_off(Walk& walk, const Curvature& curvature) {
  const std::vector<double> here = walk.here().x;
  const bool is_convex = walk.objective().capabilities().convexity != Convexity::unknown;
  const std::vector<double> way = way_on(walk, curvature);
  const double length = norm(way);
  if (!(length > 0) || !std::isfinite(length)) return std::nullopt;
  RunningOff result{.direction = way};
  for (double& entry : result.direction) entry /= length;
  double before = walk.here().value, last_fall = 0;
  if (is_falling_ever_more(walk, walk.box().without_end(way_come(walk)))) {
    result.is_falling_more = true;
    result.value = result.value_beyond = before;
    return result;
  }
  if (walk.objective().capabilities().quadratic == true) return std::nullopt;  // rounding alone
  for (const double turn : {1.0, 2.0}) {
    const std::optional<Result> run = run_from(walk, along(here, turn, way));
    const bool is_minimum = run && run->success && run->verdict.kind == Verdict::Kind::strict_minimum;
    if (!run || (is_minimum && !is_convex)) return std::nullopt;
    if (run->value == 0 && walk.objective().capabilities().lower_bound == 0) return std::nullopt;  // a floor
    if (!(advance(here, run->x, result.direction) >= 0.5 * turn * length)) return std::nullopt;
    // A sum of squares that is next to nothing and stays what it is has come down to a floor.
    const bool is_nothing = walk.objective().capabilities().lower_bound == 0 &&
                            result.value <= next_to_nothing * std::abs(walk.start().value);
    if (turn == 2 && is_nothing && run->value >= 1e-2 * result.value) return std::nullopt;
    const double fall = before - run->value;
    const bool is_lower = fall > 64 * rounding_of(std::max(std::abs(before), std::abs(run->value))) &&
                          (std::isinf(run->value) || is_real_fall(walk, run->x, run->value, fall));
    // The second time rounding may be all that is left.
    const bool is_higher = fall < 0 && is_real_fall(walk, run->x, run->value, -fall);
    if (turn == 1 ? !is_lower : is_higher) return std::nullopt;
    // That both come down to one value is what is left of a fall, or another minimum if it is far below.
    if (turn != 1 && !is_lower && last_fall > little * std::abs(walk.start().value - walk.here().value))
      return std::nullopt;
    result.is_falling_more = is_lower && fall >= last_fall;
    last_fall = fall;
    before = run->value;
    (turn == 1 ? result.value : result.value_beyond) = run->value;
  }
  return result;
}

}  // namespace

void withdraw_if_running_off(Walk& walk, const Curvature& curvature, Result& result) {
  const Capabilities& has = walk.objective().capabilities();
  const bool is_open = result.verdict.kind == Verdict::Kind::undecided || has.smooth == false;
  const bool is_asked = is_open && has.gradient != Derivatives::none && !has.is_supplied;
  if (!result.success || !is_asked || is_lowest(walk)) return;
  std::optional<RunningOff> found = running_off(walk, curvature);
  if (!found) return;
  const bool is_unbounded = found->is_falling_more && has.residuals == 0 && has.lower_bound < 0;
  result.success = false;
  result.reason = is_unbounded ? Reason::unbounded : Reason::unattained;
  Verdict& verdict = result.verdict;
  verdict.kind = is_unbounded ? Verdict::Kind::unbounded : Verdict::Kind::unattained;
  verdict.global = false;
  verdict.direction = std::move(found->direction);
  verdict.explanation = found->value_beyond == result.value
                            ? "f falls ever more along the way that it has come"
                            : fmt::format(
                                  "f still falls while x runs off: it is {:.3g} where x is as far again from the "
                                  "start, and {:.3g} where it is "
                                  "twice as far again",
                                  found->value, found->value_beyond);
}

}  // namespace downhill::optimize
