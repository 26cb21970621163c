#include "optimize/descent_record.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr std::size_t most_samples = 96;
constexpr std::size_t most_numbers = std::size_t{1} << 23U;  // in all samples
constexpr double slack = 1e-9;                               // rounding of curvatures and of the sums that are compared

using Measure = DescentTheory::Measure;
using Premise = DescentTheory::Premise;
using Bound = DescentTheory::Bound;
using Outlook = DescentTheory::Outlook;

double distance(std::span<const double> a, std::span<const double> b) {
  std::vector<double> difference(a.begin(), a.end());
  for (std::size_t i = 0; i < difference.size(); ++i) difference[i] -= b[i];
  return norm(difference);
}

struct Extremes {
  double smallest = 0;
  double largest = 0;
};

// The extreme eigenvalues of the Hessian at x; nothing where it is not finite.
std::optional<Extremes> extremes_at(Objective& objective, const std::vector<double>& x) {
  const std::size_t n = x.size();
  if (n > dense_limit) {
    const std::vector<double> none(n, 0.0);
    const Curvature curvature = lanczos_curvature(objective, x, none, none);
    if (!curvature.is_known) return std::nullopt;
    return Extremes{curvature.smallest, curvature.largest};
  }
  std::vector<double> hessian(n * n);
  objective.hessian(x, hessian);
  if (!is_finite(hessian)) return std::nullopt;
  const std::vector<double> all = eigenvalues(hessian, n);
  return Extremes{all.front(), all.back()};
}

}  // namespace

DescentRecord::End end_of_descent(const Result& result) {
  using End = DescentRecord::End;
  const Verdict::Kind kind = result.verdict.kind;
  if (kind == Verdict::Kind::unbounded || kind == Verdict::Kind::unattained) return End::nowhere;
  if (!result.success) return End::elsewhere;
  return kind == Verdict::Kind::strict_minimum ? End::strict_minimum : End::minimum;
}

void DescentRecord::note(std::uint64_t iteration, const Point& here) {
  if (!last_.x.empty() && is_below_start(here) && is_below_start(last_)) {
    const double moved = distance(here.x, last_.x);
    if (moved > 1e-7 * norm(here.x)) {  // below that the gradients' difference is rounding
      double along = 0;
      for (std::size_t i = 0; i < here.x.size(); ++i) {
        along += ((here.gradient[i] - last_.gradient[i]) / moved) * ((here.x[i] - last_.x[i]) / moved);
      }
      const double steepness = distance(here.gradient, last_.gradient) / moved;
      largest_ = steps_ == 0 ? steepness : std::max(largest_, steepness);
      least_steep_ = steps_ == 0 ? steepness : std::min(least_steep_, steepness);
      smallest_ = steps_ == 0 ? along : std::min(smallest_, along);
      ++steps_;
    }
  }
  last_ = here;
  // Denser at the start, where most happens: a quarter farther on each time; and evenly over the whole.
  const bool is_next = iteration >= next_;
  if (is_next) next_ = iteration + 1 + iteration / 4;
  if (!is_next && iteration % stride_ != 0) return;
  samples_.push_back({iteration, is_next, here});
  const std::size_t most =
      std::clamp(most_numbers / std::max<std::size_t>(1, here.x.size()), std::size_t{8}, most_samples);
  if (samples_.size() <= most) return;
  stride_ *= 2;
  const bool has_room = most == most_samples;
  std::erase_if(samples_,
                [&](const Sample& sample) { return sample.iteration % stride_ != 0 && !(has_room && sample.is_kept); });
}

void DescentRecord::measure(Objective& objective, DescentTheory& theory, double& least_steep) const {
  const std::size_t n = last_.x.size();
  if (objective.capabilities().hessian == Derivatives::exact) {
    theory.measure = Measure::hessians;
    std::vector<const Point*> points;
    for (const Sample& sample : samples_) {
      if (is_below_start(sample.point)) points.push_back(&sample.point);
    }
    if (is_below_start(last_) && last_.x != points.back()->x) points.push_back(&last_);
    const std::size_t most = n <= 64 ? 32 : n <= dense_limit ? 12 : 8;
    const std::size_t every = (points.size() + most - 1) / most;
    for (std::size_t k = 0; k < points.size(); ++k) {
      if (k % every != 0 && k + 1 != points.size()) continue;
      const auto found = extremes_at(objective, points[k]->x);
      if (!found) continue;
      const bool is_first = theory.points++ == 0;
      theory.largest_curvature = is_first ? found->largest : std::max(theory.largest_curvature, found->largest);
      theory.smallest_curvature = is_first ? found->smallest : std::min(theory.smallest_curvature, found->smallest);
      least_steep = is_first ? found->largest : std::min(least_steep, found->largest);
    }
  }
  if (theory.points == 0) {
    theory.measure = Measure::gradients;
    theory.points = static_cast<std::size_t>(steps_);
    if (steps_ == 0) return;
    theory.largest_curvature = largest_;
    theory.smallest_curvature = smallest_;
    least_steep = least_steep_;
  }
  const double relative =
      theory.measure == Measure::hessians ? 8 * static_cast<double>(n) * std::numeric_limits<double>::epsilon() : 1e-7;
  if (std::abs(theory.smallest_curvature) <= relative * std::abs(theory.largest_curvature))
    theory.smallest_curvature = 0;
}

DescentTheory DescentRecord::judge(Objective& objective, const Point& end, End kind) const {
  DescentTheory theory;
  theory.learning_rate = learning_rate_;
  double least_steep = 0;
  measure(objective, theory, least_steep);
  theory.observed_rate = observed_rate();
  const double rate = learning_rate_, steepest = theory.largest_curvature;
  if (theory.points > 0 && steepest > 0) {
    theory.largest_rate = 2 / steepest;
    theory.rate_to_try = 1 / steepest;
    const Capabilities& known = objective.capabilities();
    const bool is_quadratic = known.quadratic == true && theory.smallest_curvature >= 0;
    const bool is_proved = known.convexity != Convexity::unknown || is_quadratic;
    theory.convex = is_proved ? Premise::proved : theory.smallest_curvature >= 0 ? Premise::measured : Premise::fails;
    if (is_proved) theory.smallest_curvature = std::max(0.0, theory.smallest_curvature);
    if (!is_quadratic && theory.convex != Premise::fails) check_convexity(theory, end, kind);
    const bool is_end = kind == End::strict_minimum || kind == End::minimum;
    if (rate * least_steep > 2 * (1 + slack)) {
      theory.outlook = is_end ? Outlook::may_rise : Outlook::diverges;
    } else if (theory.convex != Premise::fails) {
      theory.outlook = rate * steepest <= 1 + slack && kind != End::nowhere ? Outlook::converges
                       : rate * steepest <= 2 + slack                       ? Outlook::falls
                                                                            : Outlook::may_rise;
    }
    if (theory.outlook == Outlook::converges && !is_interrupted_) {
      // What curves up on the way need not do so farther on.
      const bool is_strong = theory.smallest_curvature > 0 && (is_quadratic || kind == End::strict_minimum);
      theory.bound = is_strong ? Bound::linear : Bound::sublinear;
      compare(theory, end, kind);
    }
  }
  theory.explanation = explain(theory);
  return theory;
}

// What the proofs need of the path: f(end) >= f(x) + gradient(x)ᵀ(end - x), for the linear bound by μ/2 ‖end - x‖² more.
void DescentRecord::check_convexity(DescentTheory& theory, const Point& end, End kind) const {
  for (const Sample& sample : samples_) {
    const Point& from = sample.point;
    if (!is_below_start(from)) continue;
    double linear = 0, size = 0;
    for (std::size_t i = 0; i < end.x.size(); ++i) {
      linear += from.gradient[i] * (end.x[i] - from.x[i]);
      size += std::abs(from.gradient[i] * (end.x[i] - from.x[i]));
    }
    const double over = end.value - from.value - linear;
    if (std::abs(over) <= 4 * rounding_of(std::abs(from.value) + std::abs(end.value) + size)) continue;
    if (over < 0 && theory.convex == Premise::measured) theory.convex = Premise::fails;
    const double away = distance(from.x, end.x);
    if (kind == End::strict_minimum && over > 0) {
      theory.smallest_curvature = std::min(theory.smallest_curvature, 2 * (over / away) / away);
    }
  }
}

// Holds the bound against the recorded points. The minimum is the last point, as far as that is known.
void DescentRecord::compare(DescentTheory& theory, const Point& end, End kind) const {
  const bool is_linear = theory.bound == Bound::linear;
  const double mu = theory.smallest_curvature;
  if (is_linear) theory.promised_rate = std::max(0.0, 1 - learning_rate_ * mu);
  if (kind != End::strict_minimum && kind != End::minimum) return;
  const double doubt = is_linear && !end.gradient.empty() ? norm(end.gradient) / mu : 0;  // of the minimum's place
  const double whole = distance(samples_.front().point.x, end.x) + doubt;
  theory.holds = true;
  for (const Sample& sample : samples_) {
    if (sample.iteration == 0) continue;
    const auto t = static_cast<double>(sample.iteration);
    const double rounding = 4 * rounding_of(end.value);
    double promised = whole * whole / (2 * learning_rate_ * t), observed = sample.point.value - end.value;
    bool is_telling = observed > 4 * rounding;
    bool is_kept = observed <= promised * (1 + slack) + rounding;
    if (is_linear) {
      const double away = distance(sample.point.x, end.x);
      promised = std::pow(theory.promised_rate, t) * whole * whole;
      observed = away * away;
      is_telling = away > 10 * doubt;
      is_kept = std::max(0.0, away - doubt) <= std::sqrt(promised) * (1 + slack);
    }
    theory.holds = theory.holds && is_kept;
    if (!is_telling) continue;
    theory.iteration = sample.iteration;
    theory.promised = promised;
    theory.observed = observed;
  }
}

// The factor on ‖gradient‖² in each step of the second half, which is that on ‖x - x*‖² once one direction is left.
double DescentRecord::observed_rate() const {
  const std::uint64_t whole = samples_.empty() ? 0 : samples_.back().iteration;
  const auto middle =
      std::ranges::find_if(samples_, [&](const Sample& sample) { return 2 * sample.iteration >= whole; });
  if (middle == samples_.end() || middle->iteration == whole) return DescentTheory::unknown;
  const double ratio = norm(samples_.back().point.gradient) / norm(middle->point.gradient);
  return std::pow(ratio, 2 / static_cast<double>(whole - middle->iteration));
}

}  // namespace downhill::optimize
