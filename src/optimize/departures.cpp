#include "optimize/departures.hpp"

#include <downhill/methods/piecewise_newton.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/messages.hpp"
#include "optimize/piece_descent.hpp"
#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t most_departures = 200;  // from saddles, maxima and flat points
constexpr std::uint64_t most_corrections = 3;
constexpr std::uint64_t creeping = 200;  // iterations of a method that should need fewer
constexpr std::uint64_t creeping_on = 8;
constexpr std::uint64_t most_begun_anew = 3;
constexpr std::uint64_t most_anew = 4;  // of a method of values alone, which searches anew each time

// Whether f stays what it is along all directions in doubt: then they say nothing of what kind of point it is.
bool is_level_along(Walk& walk, const Curvature& curvature) {
  const Point& here = walk.here();
  const double radius = longest_in_units(curvature, walk.lengths());
  return std::ranges::all_of(curvature.flat_directions, [&](const std::vector<double>& direction) {
    return std::ranges::all_of(std::array{-0x1p-2, -0x1p-6, 0x1p-6, 0x1p-2}, [&](double t) {
      const double value = walk.value(walk.box().along(here.x, t * radius, direction));
      return std::abs(value - here.value) <= 64 * rounding_of(here.value);
    });
  });
}

// Whether a step moves no variable by more than a share of its length.
bool is_at_rest(const Walk& walk, std::span<const double> step, double share) {
  const std::vector<double> lengths = walk.lengths();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (!(std::abs(step[i]) <= share * lengths[i])) return false;
  }
  return true;
}

}  // namespace

std::optional<Point> Departures::next_below(Walk& walk, Assessment& assessment) {
  if (auto lower = std::exchange(assessment.lower, std::nullopt)) return lower;
  if (standing_ == Standing::inside || traits_.rate == Traits::Rate::linear) return std::nullopt;
  // Supplied derivatives may be wrong: a method of values alone ends as if there were none.
  if (traits_.rate == Traits::Rate::values_alone && walk.objective().capabilities().is_supplied) return std::nullopt;
  return second_opinion_.ask(walk, method_, assessment);
}

bool Departures::has_come_down(const Walk& walk) const {
  return walk.here().value < begun_anew_at_ - 0.5 * std::abs(begun_anew_at_);
}

bool Departures::is_creeping(Walk& walk, const Assessment& assessment) const {
  constexpr double as_good_as_zero = 1e-60;  // of where a sum of squares began
  constexpr double worth_it = 1e-6;          // of what is left of it
  const double value = walk.here().value;
  if (walk.objective().capabilities().residuals == 0 || !(assessment.open_gain > worth_it * value)) return false;
  const double share = traits_.needs == Needs::gradient ? 1e-3 : 1e-6;
  if (is_at_rest(walk, assessment.curvature.newton_step, share)) return false;
  return begun_anew_ > 0 && !has_come_down(walk) && value > as_good_as_zero * walk.start().value;
}

bool Departures::withdraw_if_creeping(Walk& walk, Assessment& assessment) const {
  if (assessment.verdict.kind != Verdict::Kind::undecided || !is_creeping(walk, assessment)) return false;
  assessment.stationary = Assessment::Stationary::no;
  assessment.verdict.kind = Verdict::Kind::not_stationary;
  assessment.verdict.global = false;
  assessment.verdict.explanation = still_to_gain(assessment.open_gain);
  return true;
}

bool Departures::is_worth_beginning_anew(const Walk& walk) {
  if (traits_.rate != Traits::Rate::superlinear || begun_anew_ == most_begun_anew) return false;
  if (begun_anew_ == 0 ? walk.here().x == walk.start().x : !has_come_down(walk)) return false;
  begun_anew_at_ = walk.here().value;
  ++begun_anew_;
  return true;
}

std::optional<Point> Departures::leave(Walk& walk, Assessment& assessment, double gradient_tolerance) {
  if (assessment.open_gain != 0 && assessment.verdict.kind == Verdict::Kind::undecided &&
      is_worth_beginning_anew(walk)) {
    return walk.here();
  }
  if (count_ >= (traits_.rate == Traits::Rate::values_alone ? most_anew : most_departures)) return std::nullopt;
  std::optional<Point> next;
  switch (assessment.verdict.kind) {
    case Verdict::Kind::saddle:
    case Verdict::Kind::maximum:
      if (traits_.saddles == Traits::Saddles::leaves) next = escape(walk, assessment.curvature, assessment.gradient);
      break;
    case Verdict::Kind::undecided:
    case Verdict::Kind::unattained:
    case Verdict::Kind::not_stationary: next = next_below(walk, assessment); break;
    case Verdict::Kind::strict_minimum:
      if (traits_.rate != Traits::Rate::superlinear || corrections_ == most_corrections) return std::nullopt;
      next = closer_point(walk, assessment.curvature, gradient_tolerance);
      if (next) ++corrections_;
      return next;
    default: break;
  }
  if (next) ++count_;
  return next;
}

std::optional<Point> Departures::leave_downwards(Walk& walk, Assessment& assessment) {
  if (traits_.saddles != Traits::Saddles::leaves || count_ >= most_departures) {
    return is_worth_beginning_anew(walk) ? std::optional(walk.here()) : std::nullopt;
  }
  std::optional<Point> next = way_down(walk, assessment.curvature, assessment.gradient, count_);
  if (!next && (next = lower_point_by_pieces(walk))) is_led_by_pieces_ = method_.name() != PiecewiseNewton::name;
  if (!next && !walk.objective().capabilities().is_supplied) next = next_below(walk, assessment);
  if (next) ++count_;
  return next || !is_worth_beginning_anew(walk) ? next : walk.here();
}

std::optional<Point> Departures::leave_creeping(Walk& walk, std::uint64_t iterations) {
  if (standing_ == Standing::inside || traits_.rate != Traits::Rate::superlinear || traits_.needs == Needs::gradient) {
    return std::nullopt;
  }
  std::uint64_t due = creeping;
  while (due < iterations) due *= creeping_on;
  if (due != iterations) return std::nullopt;
  std::optional<Point> next = second_opinion_.race(walk, method_, (due == creeping ? 2 : 1) * walk.evaluations());
  if (next) ++count_;
  return next;
}

std::string Departures::led_on(Walk& walk) const {
  if (is_led_by_pieces_) return "; led on by piecewise_newton";
  const std::string leader = second_opinion_.leader(walk, method_);
  return leader.empty() ? leader : "; led on by " + leader;
}

bool Departures::is_contested(Walk& walk, const Curvature& curvature, Verdict& verdict) const {
  if (verdict.kind != Verdict::Kind::undecided || curvature.flat == 0 || !second_opinion_.is_contrary()) return false;
  // A fit whose data do not determine all parameters is level along those that they leave open.
  const bool is_fit = walk.objective().capabilities().residuals > 0;
  if (is_fit && second_opinion_.is_higher() && is_level_along(walk, curvature)) return false;
  verdict.explanation += "; but " + second_opinion_.told(walk, method_);
  return true;
}

}  // namespace downhill::optimize
