#include "optimize/departures.hpp"

#include <utility>

#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

constexpr std::uint64_t most_departures = 200;  // from saddles, maxima and flat points
constexpr std::uint64_t most_corrections = 3;
constexpr std::uint64_t most_anew = 4;  // of a method of values alone, which searches anew each time

}  // namespace

std::optional<Point> Departures::next_below(Walk& walk, Assessment& assessment) {
  if (auto lower = std::exchange(assessment.lower, std::nullopt)) return lower;
  if (standing_ == Standing::inside || traits_.rate == Traits::Rate::linear) return std::nullopt;
  // Supplied derivatives may be wrong: a method of values alone ends as if there were none.
  if (traits_.rate == Traits::Rate::values_alone && walk.objective().capabilities().is_supplied) return std::nullopt;
  return second_opinion_.ask(walk, method_, assessment);
}

std::optional<Point> Departures::leave(Walk& walk, Assessment& assessment, double gradient_tolerance) {
  if (count_ >= (traits_.rate == Traits::Rate::values_alone ? most_anew : most_departures)) return std::nullopt;
  std::optional<Point> next;
  switch (assessment.verdict.kind) {
    case Verdict::Kind::saddle:
    case Verdict::Kind::maximum:
      if (traits_.saddles == Traits::Saddles::leaves) next = escape(walk, assessment.curvature, assessment.gradient);
      break;
    case Verdict::Kind::undecided:
    case Verdict::Kind::unattained: next = next_below(walk, assessment); break;
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

std::optional<Point> Departures::leave_downwards(Walk& walk, const Assessment& assessment) {
  if (traits_.saddles != Traits::Saddles::leaves || count_ >= most_departures) return std::nullopt;
  std::optional<Point> next = way_down(walk, assessment.curvature, assessment.gradient, count_);
  if (next) ++count_;
  return next;
}

bool Departures::is_contested(Walk& walk, Verdict& verdict) const {
  if (verdict.kind != Verdict::Kind::undecided || !second_opinion_.is_contrary()) return false;
  verdict.explanation += "; but " + second_opinion_.told(walk, method_);
  return true;
}

}  // namespace downhill::optimize
