#include "optimize/kink_assessment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <span>

#include "optimize/face.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/probing.hpp"

namespace downhill::optimize {

namespace {

using Kind = Verdict::Kind;
using Stationary = Assessment::Stationary;

constexpr std::size_t values_alone_limit = 50;  // as in assess
constexpr std::size_t most_probed = 32;         // variables that nothing holds for certain

// Gradients of the smooth part, by differences where the loss gives values alone.
class SmoothGradient {
 public:
  explicit SmoothGradient(Walk& walk) : walk_(walk), differenced_(with_differences(walk.objective())) {
    has_own_ = walk.objective().capabilities().gradient != Derivatives::none;
  }

  [[nodiscard]] bool is_possible() const { return has_own_ || walk_.size() <= values_alone_limit; }

  std::vector<double> at(std::span<const double> x) {
    std::vector<double> gradient(x.size());
    if (has_own_) {
      walk_.objective().split_value_and_gradient(x, gradient);
      return gradient;
    }
    differenced_.value_and_gradient(x, gradient);
    EvaluationCounts counts;
    counts.value = 2 * x.size() + 1;
    walk_.objective().add(counts);
    for (std::size_t i = 0; i < x.size(); ++i) {  // a central difference takes the mean of the slopes at a kink
      const Kinks::Slopes slopes = walk_.kinks()->slopes(i, x[i]);
      gradient[i] -= 0.5 * (slopes.below + slopes.above);
    }
    return gradient;
  }

  std::vector<double> shortest_at(std::span<const double> x) {
    std::vector<double> gradient = at(x);
    walk_.kinks()->shorten(x, gradient);
    return gradient;
  }

 private:
  Walk& walk_;
  Objective differenced_;
  bool has_own_ = false;
};

// The change of each component when x moves in its last digit.
std::vector<double> rounding_of_gradient(SmoothGradient& smooth, const std::vector<double>& x,
                                         const std::vector<double>& gradient) {
  constexpr double epsilon = std::numeric_limits<double>::epsilon();
  std::vector<double> result(x.size());
  for (std::size_t i = 0; i < x.size(); ++i) result[i] = 2 * epsilon * std::abs(gradient[i]);
  for (std::size_t variant = 0; variant < 3; ++variant) {
    std::vector<double> nudged(x);
    for (std::size_t i = 0; i < x.size(); ++i)
      nudged[i] *= (i * (variant + 1) + variant) % 3 == 0 ? 1 - epsilon : 1 + epsilon;
    const std::vector<double> moved = smooth.at(nudged);
    for (std::size_t i = 0; i < x.size(); ++i) {
      const double change = std::abs(moved[i] - gradient[i]);
      if (std::isfinite(change)) result[i] = std::max(result[i], change);
    }
  }
  return result;
}

// A variable on a kink.
struct Resting {
  std::size_t variable = 0;
  double margin = 0;  // how much f rises to the side where it rises least; negative: it falls there
  double noise = 0;   // of that
};

class KinkAssessment {
 public:
  KinkAssessment(Walk& walk, const Question& question) : walk_(walk), question_(question), smooth_(walk) {}

  Assessment assess() {
    if (!smooth_.is_possible()) {
      result_.verdict.kind = Kind::not_stationary;
      result_.verdict.explanation = "the loss has no derivatives, and too many variables to difference";
      return std::move(result_);
    }
    const std::vector<double>& x = walk_.here().x;
    gradient_ = smooth_.at(x);
    find_resting();
    if (free_.empty()) {
      result_.stationary = Stationary::by_tolerance;
      result_.verdict.kind = Kind::strict_minimum;
      result_.curvature.unit.assign(walk_.size(), 1.0);
      result_.curvature.newton_step.assign(walk_.size(), 0.0);
    } else {
      assess_free();
    }
    if (walk_.here().gradient.empty()) {  // a method of values alone: the gradient is judged by the start's
      walk_.set_gradient(smooth_.shortest_at(walk_.start().x));
      walk_.set_gradient(smooth_.shortest_at(x));
    }
    result_.gradient = walk_.here().gradient;
    settle_resting();
    result_.verdict.gradient_norm = norm(result_.gradient);
    result_.verdict.gradient_rounding = std::hypot(norm(noise_), free_rounding_);
    explain();
    return std::move(result_);
  }

 private:
  void find_resting() {
    const std::vector<double>& x = walk_.here().x;
    for (std::size_t i = 0; i < x.size(); ++i) {
      if (!walk_.kinks()->has_kinks(i) || !walk_.kinks()->is_on_kink(i, x[i])) {
        free_.push_back(i);
        continue;
      }
      const Kinks::Slopes slopes = walk_.kinks()->slopes(i, x[i]);
      resting_.push_back({i, std::min(-(gradient_[i] + slopes.below), gradient_[i] + slopes.above), 0});
    }
    if (resting_.empty()) return;
    const std::vector<double> noise = rounding_of_gradient(smooth_, x, gradient_);
    for (Resting& resting : resting_) noise_.push_back(resting.noise = noise[resting.variable]);
  }

  // The free variables alone, in which f is smooth; what is found is told in terms of all.
  void assess_free() {
    const Face face(walk_.size(), free_);
    Objective part = on_face(walk_.objective(), walk_.here().x, face);
    Walk within(part, walk_, face);
    Assessment found = optimize::assess(within, question_);
    walk_.objective().add(part.counts());
    Curvature& curvature = found.curvature;
    const auto lift = [&](std::vector<double>& v, double elsewhere) {
      if (!v.empty()) v = face.whole(v, elsewhere);
    };
    lift(curvature.newton_step, 0);
    lift(curvature.decided_step, 0);
    lift(curvature.downward, 0);
    for (std::vector<double>& direction : curvature.flat_directions) lift(direction, 0);
    lift(curvature.unit, 1);
    lift(found.verdict.direction, 0);
    if (found.lower) {
      std::vector<double> x(walk_.here().x);
      for (std::size_t k = 0; k < free_.size(); ++k) x[free_[k]] = found.lower->x[k];
      Point lower = walk_.evaluate(std::move(x));
      found.lower.reset();
      if (std::isfinite(lower.value) && is_finite(lower.gradient)) found.lower = std::move(lower);
    }
    free_rounding_ = found.verdict.gradient_rounding;
    result_ = std::move(found);
    result_.verdict.global = false;
  }

  void settle_resting() {
    Verdict& verdict = result_.verdict;
    find_weak();
    for (const Resting& resting : resting_) {
      const double allowed =
          std::max(question_.gradient_tolerance * walk_.largest_gradient()[resting.variable], 8 * resting.noise);
      if (resting.margin < -allowed) result_.stationary = Stationary::no;
    }
    // At another kink than those of the terms the gradient is what was agreed upon, not what f does.
    if (!free_.empty() && !result_.curvature.is_known && walk_.objective().capabilities().smooth_part == false) {
      result_.stationary = Stationary::no;
      verdict.explanation = "the point is at a kink, where the gradient tells nothing";
    }
    const bool is_fall = verdict.kind == Kind::unbounded || verdict.kind == Kind::unattained;
    if (result_.stationary == Stationary::no) {
      if (!is_fall) verdict.kind = Kind::not_stationary;
      return;
    }
    result_.curvature.positive += resting_.size() - weak_.size();
    if (verdict.kind == Kind::maximum && !resting_.empty()) verdict.kind = Kind::saddle;  // on kinks f rises
    if (verdict.kind == Kind::strict_minimum && !weak_.empty()) {
      if (curves_up_with_weak()) {
        result_.curvature.positive += weak_.size();
      } else {
        verdict.kind = Kind::undecided;
        probe();
      }
    }
    const bool is_end = verdict.kind == Kind::strict_minimum || verdict.kind == Kind::undecided;
    const Convexity convexity = walk_.objective().capabilities().convexity;
    verdict.global = is_end && !result_.lower && convexity != Convexity::unknown;
  }

  // Those on whose kink f rises by no more than rounding, or than the next Newton step of the free variables may change.
  void find_weak() {
    if (resting_.empty()) return;
    std::vector<double> change(walk_.size(), 0.0);
    const bool has_step = result_.curvature.is_known && is_finite(result_.curvature.newton_step);
    if (has_step && walk_.objective().capabilities().hessian != Derivatives::none) {
      walk_.objective().hessian_vector(walk_.here().x, result_.curvature.newton_step, change);
    }
    for (const Resting& resting : resting_) {
      const double doubt = 8 * resting.noise + std::abs(change[resting.variable]);
      if (!(resting.margin > doubt)) weak_.push_back(resting.variable);
    }
  }

  // Whether f curves up over the weak variables as well: then it does along every direction in which its slope is zero.
  bool curves_up_with_weak() {
    std::vector<std::size_t> variables(free_);
    variables.insert(variables.end(), weak_.begin(), weak_.end());
    std::ranges::sort(variables);
    const Face face(walk_.size(), variables);
    const bool has_second = walk_.objective().capabilities().hessian != Derivatives::none;
    if (!has_second) return false;
    Objective part = on_face(walk_.objective(), walk_.here().x, face);
    const std::vector<double> x = face.part(walk_.here().x), none(variables.size(), 0.0);
    Curvature curvature;
    if (x.size() > dense_limit) {
      curvature = lanczos_curvature(part, x, none, none);
    } else {
      std::vector<double> hessian(x.size() * x.size());
      part.hessian(x, hessian);
      curvature = dense_curvature(part, x, none, none, hessian);
    }
    walk_.objective().add(part.counts());
    return curvature.is_known && curvature.negative == 0 && curvature.doubtful == 0;
  }

  void probe() {
    Curvature curvature = result_.curvature;
    for (const std::size_t i : std::span(weak_).first(std::min(weak_.size(), most_probed))) {
      curvature.flat_directions.emplace_back(walk_.size(), 0.0);
      curvature.flat_directions.back()[i] = 1;
    }
    result_.lower = lower_point_nearby(walk_, curvature, result_.gradient, walk_.lengths());
  }

  // `7 of 10 variables are exactly zero`
  [[nodiscard]] std::string count() const {
    const bool is_zero =
        std::ranges::all_of(resting_, [&](const Resting& resting) { return walk_.here().x[resting.variable] == 0; });
    return fmt::format("{} of {} variable{} {} exactly {}", resting_.size(), walk_.size(), walk_.size() == 1 ? "" : "s",
                       resting_.size() == 1 ? "is" : "are", is_zero ? "zero" : "on a kink");
  }

  void explain() {
    Verdict& verdict = result_.verdict;
    const Curvature& curvature = result_.curvature;
    const std::string extremes =
        curvature.is_known
            ? fmt::format("curvatures from {:.3g} to {:.3g}", verdict.smallest_eigenvalue, verdict.largest_eigenvalue)
            : "no finite second derivatives";
    const bool is_own = !resting_.empty() || verdict.kind == Kind::strict_minimum;
    if (is_own) explain_kind(extremes);
    if (is_own && verdict.global) {
      const bool is_strict = walk_.objective().capabilities().convexity == Convexity::strictly_convex;
      verdict.explanation += is_strict ? "; the loss is strictly convex, so every other point is higher"
                                       : "; the loss is convex, so no point is lower";
    }
  }

  void explain_kind(const std::string& extremes) {
    Verdict& verdict = result_.verdict;
    double margin = std::numeric_limits<double>::infinity();
    for (const Resting& resting : resting_) margin = std::min(margin, resting.margin);
    const std::string_view zero = "the shortest subgradient is zero";
    switch (verdict.kind) {
      case Kind::strict_minimum:
        verdict.explanation = std::string(zero);
        if (!free_.empty())
          verdict.explanation += fmt::format(", f curves up in every direction off the kinks ({})", extremes);
        if (resting_.empty()) return;
        verdict.explanation += fmt::format("; {}, where f rises to both sides", count());
        if (weak_.empty()) verdict.explanation += fmt::format(" with a slope of at least {:.3g}", margin);
        return;
      case Kind::saddle:
        verdict.explanation = fmt::format("{} but f curves down along {} of {} directions off the kinks ({}); {}", zero,
                                          result_.curvature.negative, free_.size(), extremes, count());
        return;
      case Kind::undecided:
        verdict.explanation = fmt::format("{}; {}", zero, count());
        if (!weak_.empty()) verdict.explanation += fmt::format(", {} of them with no slope to hold them", weak_.size());
        if (result_.curvature.doubtful > 0) {
          verdict.explanation += fmt::format("; {} of {} curvatures cannot be told from zero ({})",
                                             result_.curvature.doubtful, free_.size(), extremes);
        }
        verdict.explanation += result_.lower ? "; a lower point lies nearby" : "; no lower point was found around it";
        return;
      case Kind::not_stationary:
        verdict.explanation =
            fmt::format("the shortest subgradient is not zero (norm {:.3g}, rounding error {:.3g}); {}",
                        verdict.gradient_norm, verdict.gradient_rounding, count());
        return;
      case Kind::maximum:
      case Kind::unattained:
      case Kind::unbounded: verdict.explanation += fmt::format("; {}", count()); return;
    }
  }

  Walk& walk_;
  const Question& question_;
  SmoothGradient smooth_;
  Assessment result_;
  std::vector<double> gradient_;   // of the smooth part
  std::vector<std::size_t> free_;  // off their kinks
  std::vector<Resting> resting_;   // on one
  std::vector<std::size_t> weak_;  // of these, not held for certain
  std::vector<double> noise_;
  double free_rounding_ = 0;
};

}  // namespace

Assessment assess_on_kinks(Walk& walk, const Question& question) { return KinkAssessment(walk, question).assess(); }

bool settle_on_kinks(Walk& walk) {
  constexpr double near = 1e-4;  // of a variable's length
  if (walk.kinks() == nullptr) return false;
  SmoothGradient smooth(walk);
  if (!smooth.is_possible()) return false;
  const Point& here = walk.here();
  const std::vector<double> lengths = walk.lengths(), gradient = smooth.at(here.x);
  Point settled = here;
  for (std::size_t i = 0; i < here.x.size(); ++i) {
    if (!walk.kinks()->has_kinks(i)) continue;
    const double kink = walk.kinks()->nearest(i, here.x[i]);
    const Kinks::Slopes slopes = walk.kinks()->slopes(i, kink);
    const bool is_held = gradient[i] + slopes.below < 0 && gradient[i] + slopes.above > 0;
    if (is_held && std::abs(here.x[i] - kink) <= near * lengths[i]) settled.x[i] = kink;
  }
  if (settled.x == here.x) return false;
  if (here.gradient.empty()) {
    settled.value = walk.value(settled.x);
  } else {
    settled = walk.evaluate(std::move(settled.x));
  }
  if (!(settled.value <= here.value + rounding_of(here.value))) return false;
  walk.move(std::move(settled));
  return true;
}

}  // namespace downhill::optimize
