#include "optimize/assessment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "optimize/active_bounds.hpp"
#include "optimize/differences.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/face_curvature.hpp"
#include "optimize/falls.hpp"
#include "optimize/flat_valley.hpp"
#include "optimize/kink_assessment.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/piece_assessment.hpp"
#include "optimize/probing.hpp"
#include "optimize/rounding.hpp"
#include "optimize/sides.hpp"
#include "optimize/stationarity.hpp"
#include "optimize/way_back.hpp"

namespace downhill::optimize {

namespace {

using Kind = Verdict::Kind;
using Stationary = Assessment::Stationary;

constexpr std::size_t few = 16;                 // variables up to which inflections are looked for
constexpr std::size_t values_alone_limit = 50;  // variables up to which a verdict differences values

// The loss with derivatives: its own, or by differences where it has none, whose calls are counted on the walk's objective.
class SecondOrder {
 public:
  explicit SecondOrder(Walk& walk) : walk_(walk), differenced_(walk.objective()) {
    const Capabilities& own = walk.objective().capabilities();
    is_own_ = own.hessian != Derivatives::none;
    is_possible_ = is_own_ || own.gradient != Derivatives::none || walk.size() <= values_alone_limit;
    if (!is_own_ && is_possible_) differenced_ = with_differences(walk.objective());
  }
  SecondOrder(const SecondOrder&) = delete;
  SecondOrder& operator=(const SecondOrder&) = delete;
  ~SecondOrder() {
    if (is_own_) return;
    EvaluationCounts counts = with_inner_calls(differenced_.counts(), differenced_.capabilities(), walk_.size());
    counts.hessian = counts.hessian_vector = 0;  // there were none but by differences
    if (walk_.objective().capabilities().gradient == Derivatives::none) counts.gradient = 0;
    walk_.objective().add(counts);
  }

  [[nodiscard]] bool is_possible() const { return is_possible_; }
  [[nodiscard]] Objective& objective() { return is_own_ ? walk_.objective() : differenced_; }

 private:
  Walk& walk_;
  Objective differenced_;
  bool is_own_ = false;
  bool is_possible_ = false;
};

// The sum over j of |H_ij| length_j.
std::vector<double> gradient_at_distance(std::span<const double> hessian, std::span<const double> lengths) {
  const std::size_t n = lengths.size();
  std::vector<double> result(n, 0.0);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) result[i] += std::abs(hessian[i * n + j]) * lengths[j];
  }
  return result;
}

// What each derivative is like where all variables have moved by their length, for a method of values alone, whose start's may be zero:
// the larger of its sizes to either side, but no more than second derivatives here make of it. 0 where nothing is known.
std::vector<double> slopes_a_length_away(const Walk& walk, Objective& objective, std::span<const double> hessian) {
  const std::vector<double> lengths = walk.lengths();
  std::vector<double> result(lengths.size(), 0.0), there(lengths.size());
  for (const double side : {-1.0, 1.0}) {
    const std::vector<double> x = along(walk.here().x, side, lengths);
    if (!is_finite(x) || x != walk.box().along(walk.here().x, side, lengths)) continue;  // a bound may be a pole
    objective.value_and_gradient(x, there);
    if (!is_finite(there)) continue;
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::max(result[i], std::abs(there[i]));
  }
  const std::vector<double> by_curvature = gradient_at_distance(hessian, lengths);
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = std::isfinite(by_curvature[i]) ? std::min(result[i], by_curvature[i]) : 0.0;
  }
  return result;
}

// No variable's far below that of the others: one whose place is 0 has next to no length there, and its derivative is rounding all the same.
std::vector<double> lengths_of_note(const Walk& walk) {
  std::vector<double> lengths = walk.lengths();
  const double least = 0x1p-26 * largest(lengths);
  for (double& length : lengths) length = std::max(length, least);
  return lengths;
}

// At a kink the gradient jumps when x is moved in its last digit. That is no rounding: rounding is small against the gradient that
// the curvature makes a length of x away.
void leave_out_jumps(std::vector<double>& noise, const std::vector<double>& elsewhere) {
  for (std::size_t i = 0; i < noise.size(); ++i) {
    if (std::isfinite(elsewhere[i])) noise[i] = std::min(noise[i], 0x1p-20 * elsewhere[i]);
  }
}

Kind kind_by_signs(const Curvature& curvature, std::size_t n) {
  if (!curvature.is_known) return Kind::undecided;
  if (curvature.negative == n) return Kind::maximum;
  if (curvature.negative > 0) return Kind::saddle;  // of variables at a bound f rises inwards
  return curvature.doubtful == 0 ? Kind::strict_minimum : Kind::undecided;
}

// `the gradient is zero`, and along which variables.
std::string zero_gradient(const Verdict& verdict, std::size_t n) {
  if (verdict.active_bounds.empty()) return "the gradient is zero";
  if (verdict.active_bounds.size() >= n) return "every variable is at a bound";
  return "the gradient is zero along the variables that no bound holds";
}

std::string explain(const Verdict& verdict, const Curvature& curvature, const Assessment& assessment, std::size_t n) {
  const std::string zero = zero_gradient(verdict, n);
  const bool is_held = verdict.active_bounds.size() >= n;  // all of it
  n -= std::min(n, verdict.active_bounds.size());
  const std::string extremes = curvature.is_known ? fmt::format("curvatures from {:.3g} to {:.3g}",
                                                                verdict.smallest_eigenvalue, verdict.largest_eigenvalue)
                                                  : "no finite second derivatives";
  switch (verdict.kind) {
    case Kind::strict_minimum:
      if (is_held) return fmt::format("{} and f rises inwards", zero);
      return fmt::format("{} and f curves up in every direction{} ({})", zero,
                         verdict.active_bounds.empty() ? "" : " of theirs", extremes);
    case Kind::saddle:
      if (curvature.is_inward) return fmt::format("{} but f curves down from a bound inwards", zero);
      return fmt::format("{} but f curves down along {} of {} directions ({})", zero, curvature.negative, n, extremes);
    case Kind::maximum: return fmt::format("{} and f curves down in every direction ({})", zero, extremes);
    case Kind::undecided:
      if (!curvature.is_known) return zero + "; there are no second derivatives to tell what kind of point it is";
      return fmt::format("{} and {} of {} curvatures cannot be told from zero ({}); {}", zero, curvature.doubtful,
                         std::max(n, curvature.doubtful), extremes,
                         assessment.lower ? "a lower point lies nearby" : "no lower point was found around it");
    case Kind::unattained: return "f converges while x runs off: its limit is not reached along this way";
    case Kind::unbounded: return "f falls without bound along the direction";
    case Kind::not_stationary:
      return fmt::format("the gradient is not zero (norm {:.3g}, rounding error {:.3g})", verdict.gradient_norm,
                         verdict.gradient_rounding);
  }
  return {};
}

std::string explain(const OpenSide& side, bool is_smooth, const Verdict& verdict, const Assessment& assessment,
                    std::size_t n) {
  const std::string zero = zero_gradient(verdict, n);
  const std::string_view lower = assessment.lower ? "a lower point lies nearby" : "no lower point was found around it";
  if (side.open == 0) return fmt::format("{}, but f is lower across a jump; {}", zero, lower);
  return fmt::format("{}, but {}: to one side {} of its {} curvatures are not positive (from {:.3g} to {:.3g}); {}",
                     zero, is_smooth ? "f has an inflection here" : "f is pieced together here", side.open,
                     n - verdict.active_bounds.size(), side.smallest, side.largest, lower);
}

// Why no point is lower than this stationary one; empty if it is not proved.
std::string_view proof_of_global(const Capabilities& loss, const Curvature& curvature,
                                 std::span<const double> hessian) {
  if (loss.quadratic == true && curvature.is_known && !curvature.is_partial) {
    const auto n = static_cast<std::size_t>(std::lround(std::sqrt(static_cast<double>(hessian.size()))));
    if (curvature.size == n) return "the loss is quadratic, so no point is lower";
    // Bounds hold some variables, along which f may curve down.
    const std::vector<double> all = n > 0 ? eigenvalues(hessian, n) : std::vector<double>{};
    const double rounding = 8 * static_cast<double>(n) * std::numeric_limits<double>::epsilon();
    if (n > 0 && all.front() >= -rounding * std::abs(all.back())) {
      return "the loss is quadratic and curves down nowhere, so no point within the bounds is lower";
    }
  }
  switch (loss.convexity) {
    case Convexity::unknown: return "";
    case Convexity::convex: return "the loss is convex, so no point is lower";
    case Convexity::strictly_convex: return "the loss is strictly convex, so every other point is higher";
  }
  return "";
}

// Below what a derivative at a bound counts as zero.
std::vector<double> zero_derivatives(const Walk& walk, const Question& question, std::span<const double> noise) {
  std::vector<double> result(noise.size(), 0.0);
  const double tolerance = relative_tolerance(question, {});
  for (std::size_t i = 0; i < result.size() && walk.box().is_bounded(); ++i) {
    result[i] = std::max(8 * noise[i], tolerance * walk.largest_gradient()[i]);
  }
  return result;
}

}  // namespace

namespace {

Assessment assess_by_derivatives(Walk& walk, const Question& question) {
  const Capabilities& own = walk.objective().capabilities();
  PieceFinding pieces = look_at_pieces(walk, question);
  if (pieces.kind == PieceFinding::Kind::stationary) return std::move(pieces.assessment);
  if (walk.kinks() != nullptr && pieces.kind == PieceFinding::Kind::smooth) return assess_on_kinks(walk, question);
  const std::size_t n = walk.size();
  SecondOrder second(walk);
  Assessment result;
  if (!second.is_possible()) {
    result.verdict.kind = Kind::not_stationary;
    result.verdict.explanation = "the loss has no derivatives, and too many variables to difference";
    return result;
  }
  Objective& objective = second.objective();
  const bool is_without_gradient = walk.here().gradient.empty();
  if (is_without_gradient) {  // a method of values alone: the gradient is judged by the start's
    std::vector<double> gradient(n);
    objective.value_and_gradient(walk.start().x, gradient);
    walk.set_gradient(gradient);
    objective.value_and_gradient(walk.here().x, gradient);
    walk.set_gradient(std::move(gradient));
  }
  result.gradient = walk.here().gradient;
  std::vector<double> hessian;
  if (n <= dense_limit) {
    hessian.resize(n * n);
    objective.hessian(walk.here().x, hessian);
  }
  const bool is_usable_hessian = !hessian.empty() && is_finite(hessian);
  if (is_without_gradient && is_usable_hessian) {
    walk.set_gradient(slopes_a_length_away(walk, objective, hessian));
    walk.set_gradient(result.gradient);
  }
  std::vector<double> noise =
      gradient_rounding(objective, walk.here().x, result.gradient,
                        is_usable_hessian ? std::span<const double>(hessian) : std::span<const double>());
  if (is_usable_hessian) leave_out_jumps(noise, gradient_at_distance(hessian, lengths_of_note(walk)));
  Curvature& curvature = result.curvature;
  BoundStand stand = stand_at_bounds(walk, zero_derivatives(walk, question, noise));
  const bool is_far_from_rest = question.method == Question::Method::is_cut_short &&
                                walk.relative_gradient() > std::sqrt(relative_tolerance(question, {}));
  if (n <= dense_limit || !is_far_from_rest) {
    curvature = curvature_on(Face(n, stand.free), objective, walk.here().x, result.gradient, noise, hessian);
  }
  weaken(stand, walk, objective, curvature, hessian);
  if (curvature.unit.empty()) curvature.unit.assign(n, 1.0);
  if (n > dense_limit && curvature.is_known) {
    const double steepest = std::max(std::abs(curvature.smallest), std::abs(curvature.largest));
    leave_out_jumps(noise, std::vector<double>(n, steepest * norm(walk.lengths())));
  }

  Verdict& verdict = result.verdict;
  const std::vector<double> projected = walk.projected_gradient();
  verdict.active_bounds = stand.active;
  verdict.gradient_norm = norm(projected);
  verdict.gradient_rounding = norm(noise);
  if (curvature.is_known && curvature.size > 0) {
    verdict.smallest_eigenvalue = curvature.smallest;
    verdict.largest_eigenvalue = curvature.largest;
    verdict.eigenvalue_rounding = curvature.rounding;
  }
  if (curvature.is_known) verdict.negative_directions = curvature.negative;
  result.stationary = stationarity(walk, question, curvature, projected, noise, result.gradient_measure);
  if (result.stationary == Stationary::no && is_nothing_left(walk, question, curvature)) {
    result.stationary = Stationary::by_tolerance;
  }
  if (result.stationary != Stationary::no) result.open_gain = open_gain(walk, question, curvature, projected);
  // At a kink without second derivatives the gradient is what was agreed upon, not what f does.
  const bool is_by_convention =
      pieces.kind == PieceFinding::Kind::not_stationary || (!curvature.is_known && own.smooth == false);
  if (is_by_convention) result.stationary = Stationary::no;
  if (pieces.kind == PieceFinding::Kind::not_stationary) result.lower = std::move(pieces.assessment.lower);
  const bool is_stationary = result.stationary != Stationary::no;
  verdict.kind = is_stationary ? kind_by_signs(curvature, n) : Kind::not_stationary;
  if (!stand.weak.empty()) look_inwards(result, stand, walk, objective, hessian);
  std::optional<OpenSide> side;
  if (verdict.kind == Kind::strict_minimum && own.smooth == false && is_usable_hessian) {
    side = open_side(walk, objective, curvature, result.gradient);
  } else if (verdict.kind == Kind::strict_minimum && n <= few && stand.active.empty() && is_usable_hessian) {
    side = inflection(walk, objective, curvature, result.gradient, hessian);
  }
  if (side) {
    verdict.kind = Kind::undecided;
    result.lower = std::move(side->lower);
  }
  const bool is_way_down_known = verdict.kind == Kind::saddle || verdict.kind == Kind::maximum;
  if (is_way_down_known) take_unit_direction(verdict, curvature.downward);
  if (verdict.kind != Kind::strict_minimum && (!is_way_down_known || has_run_far(walk))) {
    Fall fall = is_way_down_known ? Fall::none : look_far(walk, curvature, verdict);
    if (fall == Fall::none) fall = look_back(walk, curvature, result.gradient, verdict);
    if (fall == Fall::unbounded) verdict.kind = Kind::unbounded;
    // A quadratic loss converges nowhere but to a minimum; far below it steps are lost in the rounding of f.
    if (fall == Fall::converging && own.quadratic != true) verdict.kind = Kind::unattained;
    if (verdict.kind == Kind::undecided && !side && own.convexity == Convexity::unknown) {
      result.lower = lower_point_nearby(walk, curvature, result.gradient, walk.lengths());
      if (!result.lower && own.hessian == Derivatives::exact && walk.objective().bounds() == nullptr) {
        result.lower = lower_point_on_floor(walk, walk.objective(), curvature);
      }
      if (!result.lower) result.lower = lower_point_on_way_back(walk, curvature);
    }
  }
  const bool is_end = verdict.kind == Kind::strict_minimum || verdict.kind == Kind::undecided;
  const std::string_view proof =
      is_stationary && is_end && !result.lower ? proof_of_global(own, curvature, hessian) : "";
  verdict.global = !proof.empty();
  verdict.explanation = is_by_convention && verdict.kind == Kind::not_stationary
                            ? "the point is at a kink, where the gradient tells nothing"
                            : explain(verdict, curvature, result, n);
  if (side && verdict.kind == Kind::undecided)
    verdict.explanation = explain(*side, own.smooth != false, verdict, result, n);
  if (!verdict.active_bounds.empty()) {
    verdict.explanation += fmt::format("; {}", explain_bounds(walk.box(), verdict.active_bounds));
  }
  if (verdict.global) verdict.explanation += fmt::format("; {}", proof);
  return result;
}

// Nothing is lower than the lowest value there is, whatever derivatives say: at 0 a product of squares is level to all of its digits.
void stand_on_floor(Walk& walk, Assessment& assessment) {
  Verdict& verdict = assessment.verdict;
  if (verdict.kind == Kind::unattained || verdict.kind == Kind::unbounded || !is_lowest(walk)) return;
  assessment.lower.reset();
  if (assessment.stationary == Stationary::no) assessment.stationary = Stationary::by_tolerance;
  if (verdict.kind != Kind::strict_minimum && verdict.kind != Kind::undecided) {
    verdict.kind = Kind::undecided;
    verdict.direction.clear();
    verdict.explanation.clear();
  }
  if (verdict.global) return;
  verdict.global = true;
  verdict.explanation += fmt::format("{}f is {:.6g}, below which its formula never is",
                                     verdict.explanation.empty() ? "" : "; ", walk.here().value);
}

}  // namespace

bool is_lowest(Walk& walk) { return walk.here().value == 0 && walk.objective().capabilities().lower_bound == 0; }

Assessment assess(Walk& walk, const Question& question) {
  Assessment result = assess_by_derivatives(walk, question);
  stand_on_floor(walk, result);
  return result;
}

}  // namespace downhill::optimize
