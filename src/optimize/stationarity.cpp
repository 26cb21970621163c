#include "optimize/stationarity.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

using Stationary = Assessment::Stationary;

namespace {

// max |p_i| / length_i over a step, as far as bounds let it go.
double relative_step(const Walk& walk, std::span<const double> step, std::span<const double> lengths) {
  const std::vector<double>& x = walk.here().x;
  double result = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    double p = std::abs(step[i]);
    if (walk.box().is_bounded()) p = std::min(p, std::abs(walk.box().nearest(i, x[i] + step[i]) - x[i]));
    if (std::isnan(p)) return std::numeric_limits<double>::infinity();
    if (p > 0) result = std::max(result, p / lengths[i]);
  }
  return result;
}

// What a step is measured by: |x_i|, or how far x_i has come of late. From where it began says nothing any more, but to a method of values
// alone, whose few moves are not steps.
std::vector<double> step_lengths(const Walk& walk, const Question& question) {
  switch (question.rate) {
    case Traits::Rate::superlinear: return walk.recent_lengths(Walk::Landmark::last);
    case Traits::Rate::linear: return walk.recent_lengths(Walk::Landmark::before);
    case Traits::Rate::values_alone: break;
  }
  return walk.lengths();
}

double strict_step_tolerance(const Question& question, double gradient_tolerance) {
  switch (question.rate) {
    case Traits::Rate::superlinear: return gradient_tolerance;
    case Traits::Rate::linear: return std::sqrt(gradient_tolerance);
    case Traits::Rate::values_alone: break;
  }
  return 1e-3;
}

double step_tolerance(const Question& question, const Curvature& curvature, double gradient_tolerance, bool is_level) {
  if (curvature.doubtful > 0 && !is_level)
    return std::cbrt(gradient_tolerance);  // near a degenerate point the gradient is of third order in the distance
  return strict_step_tolerance(question, gradient_tolerance);
}

// The Newton step against the lengths of all variables together, each in its own unit: one whose place is 0 has next to no length.
double step_of_all(const Walk& walk, const Curvature& curvature) {
  const std::vector<double> lengths = walk.lengths();
  double step = 0, length = 0;
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    if (!(curvature.unit[i] > 0)) continue;
    step = std::max(step, std::abs(curvature.newton_step[i]) / curvature.unit[i]);
    length = std::max(length, lengths[i] / curvature.unit[i]);
  }
  return step == 0 ? 0 : step / length;
}

// Whether the gradient is all rounding, though less of it was seen in some components.
bool is_all_rounding(const Walk& walk, std::span<const double> gradient, std::span<const double> noise) {
  std::vector<double> slopes(gradient.begin(), gradient.end()), errors(noise.begin(), noise.end());
  const std::vector<double> lengths = walk.lengths();
  for (std::size_t i = 0; i < lengths.size(); ++i) {
    slopes[i] *= lengths[i];
    errors[i] *= lengths[i];
  }
  return norm(slopes) <= norm(errors);
}

// By how much the quadratic model falls over a Newton step.
double gain_of(std::span<const double> gradient, std::span<const double> step) {
  return 0.5 * std::abs(dot(gradient, step));
}

bool is_lost(const Walk& walk, double gain) { return gain <= 4 * rounding_of(walk.here().value); }

// Whether what is left to gain is lost in the rounding of f, and x is as good as settled.
bool is_lost_in_rounding(const Walk& walk, const Curvature& curvature, std::span<const double> gradient) {
  if (!curvature.is_known || curvature.doubtful > 0 || curvature.negative > 0) return false;
  return is_lost(walk, gain_of(gradient, curvature.newton_step)) && step_of_all(walk, curvature) <= 1e-3;
}

// Doubt about one curvature is no reason to stop early along the others: there what is left to go is short, or to gain lost in rounding.
bool is_decided_part_settled(const Walk& walk, const Question& question, const Curvature& curvature,
                             std::span<const double> gradient, double tolerance) {
  if (curvature.decided_step.empty()) return true;
  const double strict = strict_step_tolerance(question, tolerance);
  const bool can_go_on = question.method == Question::Method::can_go_on;
  const double step = relative_step(walk, curvature.decided_step, step_lengths(walk, question));
  if (step <= (can_go_on ? strict : std::max(strict, std::sqrt(tolerance)))) return true;
  return is_lost(walk, gain_of(gradient, curvature.decided_step));
}

}  // namespace

double relative_tolerance(const Question& question, const Curvature& curvature) {
  const double by_values = curvature.doubtful > 0 ? 1e-9 : 1e-6;
  return question.rate == Traits::Rate::values_alone ? std::max(question.gradient_tolerance, by_values)
                                                     : question.gradient_tolerance;
}

double open_gain(const Walk& walk, const Question& question, const Curvature& curvature,
                 std::span<const double> gradient) {
  if (curvature.doubtful == 0 || question.rate != Traits::Rate::superlinear || !curvature.is_known) return 0;
  const double gain = gain_of(gradient, curvature.newton_step);
  return is_lost(walk, gain) ? 0 : gain;
}

Stationary stationarity(const Walk& walk, const Question& question, const Curvature& curvature,
                        std::span<const double> gradient, std::span<const double> noise, double& measure) {
  const double tolerance = relative_tolerance(question, curvature);
  measure = walk.relative_gradient();
  double step = curvature.is_known ? relative_step(walk, curvature.newton_step, step_lengths(walk, question)) : 0;
  // A variable that comes to rest at 0 halves for ever: once that gains nothing, what counts is how far it has come.
  if (step > 0 && is_lost(walk, gain_of(gradient, curvature.newton_step))) {
    step = std::min(step, relative_step(walk, curvature.newton_step, walk.lengths()));
  }
  // A fast method settles a doubt by going on: a far smaller gradient costs it few more steps. Where f is level it settles nothing.
  // Along the others the step is to be as short as at any minimum, or the gradient as small as where there is doubt.
  const bool may_go_on = question.method == Question::Method::can_go_on && curvature.doubtful > 0 &&
                         question.rate == Traits::Rate::superlinear;
  const bool is_level = may_go_on && curvature.doubtful == curvature.flat && measure > tolerance * tolerance;
  const bool is_worth_going_on = may_go_on && !is_level;
  const double needed = is_worth_going_on ? tolerance * tolerance : tolerance;
  // Along a flat valley a run that was cut short while it travelled has come to no end.
  const bool is_cut_short = question.method == Question::Method::is_cut_short;
  if (is_cut_short && curvature.doubtful > 0 && walk.is_still_travelling()) return Stationary::no;
  if (measure <= needed && step <= step_tolerance(question, curvature, tolerance, is_level) &&
      !(question.method == Question::Method::can_go_on && open_gain(walk, question, curvature, gradient) != 0) &&
      is_decided_part_settled(walk, question, curvature, gradient, tolerance)) {
    return Stationary::by_tolerance;
  }
  if (question.method == Question::Method::can_go_on) return Stationary::no;
  // In a valley without end the gradient drowns in rounding far from any minimum: it must have become small, and x come to rest.
  if (curvature.doubtful > 0 && (measure > std::sqrt(tolerance) || walk.is_still_travelling())) return Stationary::no;
  double excess = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (gradient[i] != 0) excess = std::max(excess, std::abs(gradient[i]) / noise[i]);
  }
  // Along small curvatures a derivative says more than the rounding of the largest ones lets it.
  constexpr double notable = 1e-9, as_good_as_zero = 1e-20;  // of f, and of where it began
  const double missed = std::max(notable * std::abs(walk.here().value), as_good_as_zero * std::abs(walk.start().value));
  const bool is_seen = curvature.is_sharp && gain_of(gradient, curvature.newton_step) > missed;
  if ((excess <= 8 && !is_seen) || (step <= 1e-3 && is_all_rounding(walk, gradient, noise) && !is_seen) ||
      is_lost_in_rounding(walk, curvature, gradient)) {
    measure = excess;
    return Stationary::by_rounding;
  }
  return Stationary::no;
}

bool is_nothing_left(Walk& walk, const Question& question, const Curvature& curvature) {
  if (question.method == Question::Method::can_go_on || !curvature.is_known || curvature.doubtful == 0) return false;
  if (!(walk.relative_gradient() <= 1e-5 * question.gradient_tolerance) || walk.is_still_travelling()) return false;
  const Point& here = walk.here();
  const double least = 16 * rounding_of(std::max(std::abs(here.value), std::abs(walk.start().value)));
  for (int k = 0; k <= 20; ++k) {
    const std::vector<double> x = walk.box().along(here.x, std::ldexp(1.0, -k), curvature.newton_step);
    if (is_finite(x) && walk.value(x) < here.value - least) return false;
  }
  return true;
}

}  // namespace downhill::optimize
