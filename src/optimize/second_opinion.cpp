#include "optimize/second_opinion.hpp"

#include <fmt/format.h>
#include <downhill/choice.hpp>
#include <downhill/methods.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "optimize/driver.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t least_evaluations = 2000;
constexpr std::uint64_t own = ~std::uint64_t{0};        // for the method that runs
constexpr double as_good_as_zero = 1e-20;               // of the fall of a sum of squares, which has nothing below 0
constexpr double as_good_as_zero_on_a_plateau = 1e-60;  // where f is level: what a steep start leaves may be a plateau
constexpr double notably = 1e-9;                        // lower, relative
constexpr double of_the_fall = 1e-12;                   // what is smaller is nothing to speak of

bool is_open(Walk& walk, bool is_level, bool is_stationary) {
  const Capabilities& has = walk.objective().capabilities();
  if (has.gradient == Derivatives::none || has.smooth == false) return false;
  if (has.convexity != Convexity::unknown && is_stationary) return false;
  if (walk.kinks() != nullptr || walk.box().is_bounded()) return false;
  const double fall = walk.start().value - walk.here().value;
  const double least = is_level ? as_good_as_zero_on_a_plateau : as_good_as_zero;
  return has.residuals == 0 || walk.here().value > least * fall;
}

// Whom to ask: the method chosen for the loss, then one that goes by gradients; neither being the one that ran.
std::vector<Method> others(const Method& method, const Objective& objective) {
  std::vector<Method> result;
  for (const Method& candidate : {choose_method(objective).method, Method(Lbfgs{}), Method(NonlinearCg{})}) {
    const auto is_candidate = [&](const Method& known) { return known.name() == candidate.name(); };
    if (!is_candidate(method) && std::ranges::none_of(result, is_candidate)) result.push_back(candidate);
  }
  result.resize(2, method);
  return result;
}

// By how much a minimum must be lower than the walk's end, and by how much any other stationary point: what is left of it may be rounding.
double room_of(const Walk& walk, bool is_minimum) {
  const double value = walk.here().value;
  const double room = std::max(notably * std::abs(value), 16 * rounding_of(value));
  if (is_minimum) return room;
  // What is next to nothing against the start may be rounding, but for what a steep start leaves of itself.
  const double start = std::abs(walk.start().value), rounding = 16 * rounding_of(start);
  return std::max(room, std::abs(value) > 1e-30 * start ? std::min(rounding, 0.01 * std::abs(value)) : rounding);
}

// Whether f, which is never negative, is next to nothing here beside where another run ended.
bool is_next_to_nothing(Walk& walk, double other) {
  const Capabilities& has = walk.objective().capabilities();
  return (has.residuals > 0 || has.lower_bound == 0) && walk.here().value <= 1e-10 * other;
}

// To both sides along directions in which f is level to second order, a sixteenth of the length of x away. A run that begins there comes back
// to a minimum, and leaves a terrace.
std::vector<std::vector<double>> places_beside(const Walk& walk, const Curvature& curvature) {
  constexpr std::size_t most_directions = 2;
  std::vector<std::vector<double>> result;
  if (curvature.flat == 0 || walk.size() > dense_limit) return result;
  const double radius = longest_in_units(curvature, walk.lengths());
  const std::size_t count = std::min(most_directions, curvature.flat_directions.size());
  for (std::size_t k = 0; k < 2 * count; ++k) {
    const double t = (k % 2 == 0 ? 0x1p-4 : -0x1p-4) * radius;
    result.push_back(along(walk.here().x, t, curvature.flat_directions[k / 2]));
  }
  return result;
}

// How another run ended.
struct End {
  bool is_stationary = false;
  bool is_minimum = false;
  double value = std::numeric_limits<double>::quiet_NaN();
  std::optional<Point> lower = std::nullopt;
  std::optional<Point> level = std::nullopt;  // or a stationary one that is no higher
};

End end_of(const Method& method, Point begin, Walk& walk, std::uint64_t most_evaluations) {
  Objective& objective = walk.objective();
  Stop stop = walk.remaining();
  stop.target_value = Stop().target_value;
  stop.max_evaluations = std::min(stop.max_evaluations, most_evaluations);
  begin.residuals = nullptr;
  if (begin.gradient.empty()) begin = walk.evaluate(std::move(begin.x));
  if (method.model().traits().needs == Needs::residuals) begin = with_jacobian(objective, std::move(begin.x));
  if (!std::isfinite(begin.value) || !is_finite(begin.gradient) || walk.is_over()) return {};
  const Result run = drive(objective, std::move(begin), method, stop, {.stop = walk.token()}, Standing::inside);
  End end{run.success, run.success && run.verdict.kind == Verdict::Kind::strict_minimum, run.value};
  const double below = walk.here().value - room_of(walk, end.is_minimum);
  if (!end.is_stationary || !(end.value <= walk.here().value + rounding_of(walk.here().value))) return end;
  Point point = walk.evaluate(run.x);
  if (!is_finite(point.gradient)) return end;
  (point.value < below ? end.lower : end.level) = std::move(point);
  return end;
}

}  // namespace

std::optional<Point> SecondOpinion::ask(Walk& walk, const Method& method, const Assessment& at) {
  if (!is_open(walk, at.curvature.flat > 0, at.stationary != Assessment::Stationary::no)) return std::nullopt;
  const std::vector<Method> asked = others(method, walk.objective());
  const std::uint64_t most = 2 * walk.evaluations() + least_evaluations;
  const Verdict::Kind kind = at.verdict.kind;
  if (kind != Verdict::Kind::unattained && !is_asked_from_here_) {
    is_asked_from_here_ = true;
    End end = end_of(asked.front(), walk.here(), walk, most);
    if (end.lower) return led_on(walk, std::move(*end.lower), 0);
    // As low, and known to be stationary where this method cannot tell.
    if (end.level && at.stationary == Assessment::Stationary::no && end.level->x != walk.here().x) {
      return led_on(walk, std::move(*end.level), 0);
    }
  }
  if (kind == Verdict::Kind::undecided && !is_asked_beside_) {
    is_asked_beside_ = true;
    for (std::vector<double>& x : places_beside(walk, at.curvature)) {
      Point begin = walk.evaluate(std::move(x));
      if (auto end = end_of(asked.front(), std::move(begin), walk, most); end.lower)
        return led_on(walk, std::move(*end.lower), 0);
    }
  }
  // Where f is level to second order, both.
  const std::uint64_t whom = kind == Verdict::Kind::undecided && at.curvature.flat > 0 ? asked.size() : 1;
  while (asked_from_start_ < whom && !is_contrary_) {
    const std::uint64_t k = asked_from_start_++;
    End end = end_of(asked[k], walk.start(), walk, most);
    // What runs off a little farther tells nothing.
    if (kind == Verdict::Kind::unattained && !end.is_minimum) continue;
    own_value_ = walk.here().value;
    const double apart = room_of(walk, false) + of_the_fall * std::abs(walk.start().value - own_value_);
    const bool is_told = end.value < own_value_ || (at.curvature.flat > 0 && !is_next_to_nothing(walk, end.value));
    is_contrary_ = end.is_stationary && std::abs(end.value - own_value_) > apart && is_told;
    if (is_contrary_) {
      other_value_ = end.value;
      other_ = k;
    }
    if (end.lower) return led_on(walk, *std::move(end.lower), k);
  }
  return std::nullopt;
}

std::optional<Point> SecondOpinion::race(Walk& walk, const Method& method, std::uint64_t most_evaluations) {
  if (!is_open(walk, false, true) || walk.start().gradient.empty()) return std::nullopt;
  const std::vector<Method> asked = others(method, walk.objective());
  const std::uint64_t last = asked.front().name() == Lbfgs::name ? 0 : 1;
  End end = end_of(asked[last], walk.start(), walk, most_evaluations);
  return end.lower ? led_on(walk, *std::move(end.lower), last) : std::nullopt;
}

std::optional<Point> SecondOpinion::led_on(Walk& walk, Point lower, std::uint64_t by) {
  leader_ = by + 1;
  // Of the two ends the method's own is now the other one.
  is_contrary_ = is_contrary_ && walk.objective().capabilities().residuals == 0;
  other_ = own;
  other_value_ = walk.here().value;
  own_value_ = lower.value;
  return lower;
}

std::string SecondOpinion::leader(Walk& walk, const Method& method) const {
  return leader_ == 0 ? std::string() : std::string(others(method, walk.objective())[leader_ - 1].name());
}

std::string SecondOpinion::told(Walk& walk, const Method& method) const {
  return fmt::format("{}, from the same start, ends at f = {:.9g} and not at f = {:.9g}",
                     other_ == own ? method.name() : others(method, walk.objective())[other_].name(), other_value_,
                     own_value_);
}

}  // namespace downhill::optimize
