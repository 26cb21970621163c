#include <downhill/descent_theory.hpp>

#include <fmt/format.h>

#include "optimize/descent_record.hpp"

namespace downhill {

std::string_view name(DescentTheory::Measure measure) {
  return measure == DescentTheory::Measure::hessians ? "hessians" : "gradients";
}

std::string_view name(DescentTheory::Premise premise) {
  switch (premise) {
    case DescentTheory::Premise::proved: return "proved";
    case DescentTheory::Premise::measured: return "measured";
    case DescentTheory::Premise::fails: return "fails";
  }
  return {};
}

std::string_view name(DescentTheory::Bound bound) {
  switch (bound) {
    case DescentTheory::Bound::none: return "none";
    case DescentTheory::Bound::sublinear: return "sublinear";
    case DescentTheory::Bound::linear: return "linear";
  }
  return {};
}

std::string_view name(DescentTheory::Outlook outlook) {
  switch (outlook) {
    case DescentTheory::Outlook::converges: return "converges";
    case DescentTheory::Outlook::falls: return "falls";
    case DescentTheory::Outlook::may_rise: return "may_rise";
    case DescentTheory::Outlook::diverges: return "diverges";
    case DescentTheory::Outlook::not_promised: return "not_promised";
  }
  return {};
}

namespace optimize {

namespace {

using Measure = DescentTheory::Measure;
using Premise = DescentTheory::Premise;
using Bound = DescentTheory::Bound;
using Outlook = DescentTheory::Outlook;

std::string measured(const DescentTheory& theory) {
  const std::string where =
      theory.measure == Measure::hessians
          ? fmt::format("by Hessians at {} point{} of the path", theory.points, theory.points == 1 ? "" : "s")
          : fmt::format(
                "by gradient differences over {} steps, so that L is at least and mu at "
                "most that",
                theory.points);
  return fmt::format("L = {:.6g} and mu = {:.6g} ({})", theory.largest_curvature, theory.smallest_curvature, where);
}

std::string premise(const DescentTheory& theory) {
  switch (theory.convex) {
    case Premise::proved: return "f is proved convex";
    case Premise::measured: return "no curvature on the path is negative, which is no proof";
    case Premise::fails: return "f is not convex along the path";
  }
  return {};
}

std::string bound(const DescentTheory& theory) {
  if (theory.bound == Bound::none) {
    return "f falls in every step; the path was interrupted, and no bound holds over that";
  }
  const bool is_linear = theory.bound == Bound::linear;
  std::string text =
      is_linear ? "||x_t - x*||^2 <= (1 - rate*mu)^t ||x_0 - x*||^2" : "f(x_t) - f* <= ||x_0 - x*||^2 / (2*rate*t)";
  if (theory.iteration > 0) {
    text +=
        fmt::format("; for t = {} that is {:.4g}, observed {:.4g}", theory.iteration, theory.promised, theory.observed);
    text += theory.holds ? "" : ", and it did not hold at every recorded iteration: curvatures off the path are larger";
  } else {
    text += "; the minimum is not known, so that it cannot be held against the path";
  }
  return text;
}

// Each step multiplies the distance to the minimum by so much.
std::string pace(const DescentTheory& theory) {
  if (!(theory.observed_rate >= 0)) return {};
  const std::string seen =
      fmt::format("factor on the squared distance in each step: {:.6g} observed", theory.observed_rate);
  if (!(theory.promised_rate >= 0)) return "; " + seen;
  return fmt::format("; {}, at most {:.6g} promised", seen, theory.promised_rate);
}

}  // namespace

std::string explain(const DescentTheory& theory) {
  if (theory.points == 0) return "no curvature could be measured on the path";
  const std::string rate = fmt::format("the rate {:.6g}", theory.learning_rate);
  std::string text = measured(theory) + ": ";
  const std::string hint =
      fmt::format("no rate above 2/L = {:.6g} can work; try 1/L = {:.6g}", theory.largest_rate, theory.rate_to_try);
  switch (theory.outlook) {
    case Outlook::converges:
      return text + fmt::format("{} is at most 1/L = {:.6g} and {}, so {}{}", rate, theory.rate_to_try, premise(theory),
                                bound(theory), pace(theory));
    case Outlook::falls:
      return text + fmt::format(
                        "{} is {} 2/L = {:.6g} and {}: f falls in every step, by at least "
                        "rate*(1 - rate*L/2) ||gradient||^2; {}{}",
                        rate, theory.learning_rate > theory.rate_to_try ? "above 1/L but at most" : "at most",
                        theory.largest_rate, premise(theory),
                        theory.learning_rate > theory.rate_to_try
                            ? fmt::format("a bound on the error needs 1/L = {:.6g}", theory.rate_to_try)
                            : std::string("there is no minimum to bound the error against"),
                        pace(theory));
    case Outlook::may_rise:
      return text + fmt::format(
                        "{} is above 2/L: steps along the steepest curvature overshoot by more than the one "
                        "before, and nothing is promised; {}{}",
                        rate, hint, pace(theory));
    case Outlook::diverges:
      return text + fmt::format(
                        "{} is above 2/L everywhere on the path, so that every step overshoots by more than the "
                        "one before: descent must diverge from there; {}",
                        rate, hint);
    case Outlook::not_promised:
      if (!(theory.largest_curvature > 0)) return text + "f curves up nowhere on the path, and nothing is promised";
      return text + fmt::format("{}, and nothing is promised; {}{}", premise(theory), hint, pace(theory));
  }
  return text;
}

}  // namespace optimize

}  // namespace downhill
