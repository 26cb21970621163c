#include "optimize/second_opinion.hpp"

#include <fmt/format.h>
#include <downhill/choice.hpp>
#include <downhill/methods.hpp>

#include <algorithm>
#include <cmath>

#include "optimize/driver.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t least_evaluations = 2000;
constexpr double as_good_as_zero = 1e-20;  // of the fall of a sum of squares, which has nothing below 0
constexpr double notably = 1e-9;           // lower, relative
constexpr double of_the_fall = 1e-12;      // what is smaller is nothing to speak of

bool is_open(Walk& walk) {
  const Capabilities& has = walk.objective().capabilities();
  if (has.gradient == Derivatives::none || has.smooth == false) return false;
  if (walk.kinks() != nullptr || walk.box().is_bounded()) return false;
  const double fall = walk.start().value - walk.here().value;
  return has.residuals == 0 || walk.here().value > as_good_as_zero * fall;
}

// The method chosen for the loss; if that is the one that ran, one that goes other ways.
Method other_than(const Method& method, const Objective& objective) {
  Method chosen = choose_method(objective).method;
  if (chosen.name() != method.name()) return chosen;
  return method.name() == Lbfgs::name ? Method(NonlinearCg{}) : Method(Lbfgs{});
}

// By how much another value must differ from the walk's to be told from it.
double room_of(const Walk& walk) {
  const double value = walk.here().value;
  return std::max({notably * std::abs(value), 16 * rounding_of(value), 16 * rounding_of(walk.start().value)});
}

}  // namespace

std::optional<Point> SecondOpinion::ask(Walk& walk, const Method& method, const Assessment& end) {
  if (!is_open(walk)) return std::nullopt;
  if (end.verdict.kind == Verdict::Kind::undecided && !is_asked_from_here_) {
    is_asked_from_here_ = true;
    if (auto lower = ask_from(walk.here(), walk, method)) return lower;
  }
  if (is_asked_from_start_) return std::nullopt;
  is_asked_from_start_ = true;
  std::optional<Point> lower = ask_from(walk.start(), walk, method);
  // What runs off a little farther tells nothing.
  if (end.verdict.kind == Verdict::Kind::unattained && !is_minimum_) return std::nullopt;
  own_value_ = walk.here().value;
  const double apart = room_of(walk) + of_the_fall * std::abs(walk.start().value - own_value_);
  const bool is_lower = other_value_ < own_value_;
  is_contrary_ = has_ended_ && std::abs(other_value_ - own_value_) > apart && (is_lower || end.curvature.flat > 0);
  return lower;
}

std::optional<Point> SecondOpinion::ask_from(Point begin, Walk& walk, const Method& method) {
  Objective& objective = walk.objective();
  const Method other = other_than(method, objective);
  Stop stop = walk.remaining();
  stop.target_value = Stop().target_value;
  stop.max_evaluations = std::min(stop.max_evaluations, 2 * walk.evaluations() + least_evaluations);
  begin.residuals = nullptr;
  if (begin.gradient.empty()) begin = walk.evaluate(std::move(begin.x));
  if (other.model().traits().needs == Needs::residuals) begin = with_jacobian(objective, std::move(begin.x));
  if (!std::isfinite(begin.value) || !is_finite(begin.gradient) || walk.is_over()) return std::nullopt;
  const Result end = drive(objective, std::move(begin), other, stop, {.stop = walk.token()}, Standing::inside);
  has_ended_ = end.success;
  is_minimum_ = end.success && end.verdict.kind == Verdict::Kind::strict_minimum;
  other_value_ = end.value;
  const double below = walk.here().value - room_of(walk);
  if (!(end.value < below)) return std::nullopt;
  Point lower = walk.evaluate(end.x);
  if (!(lower.value < below) || !is_finite(lower.gradient)) return std::nullopt;
  return lower;
}

std::string SecondOpinion::told(Walk& walk, const Method& method) const {
  return fmt::format("{}, from the same start, ends at f = {:.9g} and not at f = {:.9g}",
                     other_than(method, walk.objective()).name(), other_value_, own_value_);
}

}  // namespace downhill::optimize
