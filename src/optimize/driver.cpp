#include "optimize/driver.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <optional>
#include <utility>

#include "optimize/active_bounds.hpp"
#include "optimize/assessment.hpp"
#include "optimize/checked_assessment.hpp"
#include "optimize/checkpoint.hpp"
#include "optimize/departures.hpp"
#include "optimize/descent_record.hpp"
#include "optimize/doctor/doctor.hpp"
#include "optimize/far_fall.hpp"
#include "optimize/kink_assessment.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/messages.hpp"
#include "optimize/method_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/piece_descent.hpp"
#include "optimize/probing.hpp"
#include "optimize/recorded_point.hpp"
#include "optimize/rest.hpp"
#include "optimize/running_off.hpp"

namespace downhill::optimize {

namespace {

// After the gradient has become small: what a fast method has not settled by then is lost in rounding, or degenerate.
constexpr std::uint64_t most_further_iterations = 100;
constexpr std::uint64_t steps_before_a_look = 10;

class Driver {
 public:
  Driver(Objective& objective, Point start, const Method& method, const Stop& stop, const RunOptions& run,
         Standing standing)
      : method_(method),
        standing_(standing),
        traits_(method.model().traits()),
        stop_(stop),
        run_(run),
        walk_(objective, std::move(start), stop, run.stop, run.seed,
              run.checkpoint.file.empty() ? Interruption::within_steps : Interruption::between_steps),
        best_(walk_.here()),
        far_fall_(walk_.here().x),
        departures_(method, standing) {
    if (traits_.fixed_rate > 0 && walk_.kinks() == nullptr && !walk_.box().is_bounded()) {
      record_.emplace(traits_.fixed_rate);
      record_->note(0, walk_.here());
    }
  }

  Result run() {
    steps_ = method_.model().start(walk_);
    report();
    return go_on();
  }

  Result run_on(const Snapshot& kept) {
    steps_ = method_.model().start(walk_);
    restore(kept, *this);
    best_.residuals = nullptr;  // of where the run is, not of the best point
    return go_on();
  }

  /// What a run in another process needs to go on from here.
  template <class Visitor>
  void visit(Visitor& v) {
    v("walk", walk_);
    v("best", best_);
    v("far_fall", far_fall_);
    v("mark", mark_);
    v("mark_before", mark_before_);
    v("last_step", last_step_);
    v("rest", rest_);
    v("trace", trace_);
    v("check_below", check_below_);
    v("first_small", first_small_);
    v("look_again_at", look_again_at_);
    v("iterations", iterations_);
    v("departures", departures_);
    v("has_departed", has_departed_);
    v("has_looked", has_looked_);
    if (record_) v("record", *record_);
    Snapshot method = steps_->save();
    v("method", method);
    if constexpr (std::same_as<Visitor, StateReader>) steps_->load(method);
  }

 private:
  Result go_on() {
    while (!reason_) {
      if (has_departed_) {
        steps_ = method_.model().start(walk_);
        has_departed_ = false;
      }
      if (!has_looked_ && look_at_gradient()) continue;
      has_looked_ = true;
      if (check_limits()) break;
      if (keeper_.is_wanted() && keeper_.is_due(walk_.seconds())) keep();
      has_looked_ = false;
      before_ = walk_.here().x;
      const StepOutcome outcome = steps_->step(walk_);
      if (far_fall_.look_for_infinity(walk_)) {
        reason_ = Reason::unbounded;
        break;
      }
      if (outcome.kind == StepOutcome::Kind::moved) {
        ++iterations_;
        after_step();
        if (rest_.look(walk_, last_step_, traits_) && !reason_) method_is_done(StepOutcome::Kind::stalled);
      } else if (walk_.is_over()) {
        check_limits();  // in the middle of a step
      } else {
        if (walk_.here().x != before_) {
          ++iterations_;
          after_step();
        }
        // A callback that says stop at the last step does not hide how the method ended.
        const bool is_stopped = reason_ == Reason::stopped_by_callback;
        if (is_stopped) reason_.reset();
        if (!reason_) method_is_done(outcome.kind);
        if (is_stopped && !reason_) reason_ = Reason::stopped_by_callback;
      }
    }
    return finish();
  }

  // True when the run goes on from another point, or has ended.
  bool look_at_gradient() {
    if (is_lowest(walk_)) {
      assessment_ = judge(walk_, Question::Method::is_done);
      reason_ = assessment_->verdict.kind == Verdict::Kind::unattained ? Reason::unattained : Reason::lowest_value;
      return true;
    }
    if (traits_.rate == Traits::Rate::values_alone || iterations_ < look_again_at_) return false;
    if (walk_.is_relative_gradient_above(stop_.gradient_tolerance)) return false;
    const double relative = walk_.relative_gradient();
    const bool is_due = first_small_ > 0 && iterations_ == first_small_ + most_further_iterations;
    if (relative > check_below_ && !is_due) return false;
    if (first_small_ == 0) first_small_ = iterations_ + 1;
    const bool is_long = iterations_ >= first_small_ + most_further_iterations;
    assessment_ = judge(walk_, is_long ? Question::Method::is_done : Question::Method::can_go_on);
    if (assessment_->stationary == Assessment::Stationary::no && !is_far_fall(assessment_->verdict)) {
      check_below_ = 0.1 * relative;  // the next Newton step is still long: look again when the gradient is smaller
      assessment_.reset();
      return false;
    }
    const bool is_rounding = assessment_->stationary == Assessment::Stationary::by_rounding;
    return conclude(is_rounding ? Reason::rounding_limit : Reason::gradient_small);
  }

  void method_is_done(StepOutcome::Kind kind) {
    if (settle_on_bounds(walk_)) remember_best();
    if (settle_on_kinks(walk_)) remember_best();
    if (settle_on_pieces(walk_)) remember_best();
    assessment_ = judge(walk_, Question::Method::is_done);
    if (kind == StepOutcome::Kind::finished && traits_.rate == Traits::Rate::values_alone) {
      auto next = departures_.leave(walk_, *assessment_, stop_.gradient_tolerance);
      next ? go_on_from(*std::move(next)) : void(reason_ = Reason::search_exhausted);
      return;
    }
    if (traits_.rate == Traits::Rate::superlinear) {
      if (auto next = last_newton_step(walk_, assessment_->curvature, assessment_->gradient)) {
        ++iterations_;
        go_on_from(*std::move(next));
        return;
      }
    }
    if (assessment_->stationary == Assessment::Stationary::no && !is_far_fall(assessment_->verdict)) {
      auto next = departures_.leave_downwards(walk_, *assessment_);
      next ? go_on_from(*std::move(next)) : void(reason_ = Reason::no_lower_point);
      return;
    }
    const bool is_rounding = assessment_->stationary == Assessment::Stationary::by_rounding;
    conclude(kind == StepOutcome::Kind::finished ? Reason::solved
             : is_rounding                       ? Reason::rounding_limit
                                                 : Reason::gradient_small);
  }

  // The point is stationary, or f falls for ever: ends the run, or leaves the point.
  bool conclude(Reason reason) {
    const Verdict::Kind kind = assessment_->verdict.kind;
    if (auto next = departures_.leave(walk_, *assessment_, stop_.gradient_tolerance)) {
      go_on_from(*std::move(next));
      return true;
    }
    if (departures_.withdraw_if_creeping(walk_, *assessment_)) {
      reason_ = Reason::no_lower_point;
      return true;
    }
    const bool is_no_minimum = kind == Verdict::Kind::saddle || kind == Verdict::Kind::maximum || assessment_->lower;
    reason_ = kind == Verdict::Kind::unbounded    ? Reason::unbounded
              : kind == Verdict::Kind::unattained ? Reason::unattained
              : is_no_minimum                     ? Reason::stationary_not_left
                                                  : reason;
    return true;
  }

  // Another point than the method chose: it begins anew there.
  void go_on_from(Point next) {
    if (next.x == walk_.here().x) look_again_at_ = iterations_ + steps_before_a_look;
    walk_.move(std::move(next));
    has_departed_ = true;
    if (record_) record_->interrupt();
    assessment_.reset();
    check_below_ = 1;
    first_small_ = 0;
    remember_best();
  }

  bool check_limits() {
    if (walk_.is_cancelled()) {
      reason_ = Reason::cancelled;
    } else if (walk_.here().value <= stop_.target_value) {
      reason_ = Reason::value_reached;
    } else if (iterations_ >= stop_.max_iterations) {
      reason_ = Reason::max_iterations;
    } else if (walk_.evaluations() >= stop_.max_evaluations) {
      reason_ = Reason::max_evaluations;
    } else if (walk_.is_at_limit()) {
      reason_ = Reason::max_seconds;
    }
    return reason_.has_value();
  }

  void after_step() {
    remember_best();
    if (record_) record_->note(iterations_, walk_.here());
    if (traits_.descent == Traits::Descent::free && has_diverged()) reason_ = Reason::diverged;
    if (!reason_ && far_fall_.look(walk_, iterations_)) reason_ = Reason::unbounded;
    if ((iterations_ & (iterations_ - 1)) == 0) {
      mark_before_ = std::exchange(mark_, {iterations_, walk_.here().value, walk_.relative_gradient()});
    }
    last_step_ = walk_.here().x;
    for (std::size_t i = 0; i < last_step_.size(); ++i) last_step_[i] -= before_[i];
    report();
    if (reason_) return;
    if (auto next = departures_.leave_creeping(walk_, iterations_)) go_on_from(*std::move(next));
  }

  [[nodiscard]] bool has_diverged() const {
    const double range = std::abs(walk_.start().value - best_.value) + std::abs(best_.value);
    return walk_.here().value - best_.value > 1e10 * range && range > 0;
  }

  void remember_best() {
    if (walk_.here().value <= best_.value) best_ = walk_.here();
  }

  [[nodiscard]] Assessment judge(Walk& walk, Question::Method method) {
    const Question question{stop_.gradient_tolerance, traits_.rate, method};
    if (standing_ == Standing::inside) return assess(walk, question);
    return assess_checked(walk, question, run_.label, unused_derivatives_);
  }

  void report() {
    if (run_.record == Record::nothing && !run_.callback) return;
    const Progress now = progress_of(walk_, iterations_);
    if (run_.record != Record::nothing) trace_.push_back(recorded(walk_, now, norm(last_step_), run_.record));
    const bool is_told_to_stop = run_.callback && run_.callback(now) == Continue::no;
    if (is_told_to_stop && !reason_) reason_ = Reason::stopped_by_callback;
  }

  void keep() { keeper_.keep({method_.text(options::Detail::all), record_of(*this)}, walk_.seconds()); }

  [[nodiscard]] bool may_go_on() const {
    return is_limit() || *reason_ == Reason::cancelled || *reason_ == Reason::stopped_by_callback ||
           *reason_ == Reason::value_reached;
  }

  Result finish() {
    if (keeper_.is_wanted() && may_go_on()) keep();
    // A run that was cut short by a method that may rise returns the best point it has seen.
    const bool is_cut_short = !assessment_;
    if (*reason_ == Reason::diverged)
      walk_.go_back(best_);
    else if (is_cut_short && best_.value < walk_.here().value)
      walk_.move(best_);
    const double seconds = walk_.seconds();
    const std::uint64_t evaluations = walk_.evaluations();
    if (is_cut_short) {
      Walk judged = walk_.without_limits(unlimited_);
      const bool is_settled = settle_on_bounds(judged);
      const bool is_on_kinks = settle_on_kinks(judged);
      if (settle_on_pieces(judged) || is_on_kinks || is_settled) walk_.move(judged.here());
      assessment_ = judge(judged, may_go_on() ? Question::Method::is_cut_short : Question::Method::is_done);
      if (walk_.here().gradient.empty()) walk_.set_gradient(assessment_->gradient);
      if (!assessment_->gradient.empty()) relative_ = judged.relative_gradient();
    } else {
      relative_ = walk_.relative_gradient();
    }
    Result result;
    result.verdict = std::move(assessment_->verdict);
    settle_far_fall(result.verdict);
    const bool is_stationary = assessment_->stationary != Assessment::Stationary::no;
    if (is_stationary && is_limit()) reason_ = Reason::rounding_limit;
    const bool is_contested = departures_.is_contested(walk_, assessment_->curvature, result.verdict);
    result.success =
        is_stationary && !assessment_->lower && !is_contested &&
        (result.verdict.kind == Verdict::Kind::strict_minimum || result.verdict.kind == Verdict::Kind::undecided);
    result.reason = *reason_;
    result.x = walk_.here().x;
    result.value = walk_.here().value;
    result.gradient_norm = result.verdict.gradient_norm;
    result.iterations = iterations_;
    result.escapes = departures_.count();
    // The end may be a point that a departure led to, or the best one.
    if (!trace_.empty() && trace_.back().point.value != result.value) {
      trace_.push_back(recorded(walk_, progress_of(walk_, iterations_), norm(last_step_), run_.record));
    }
    for (RecordedPoint& point : trace_) result.trace.push_back(std::move(point.point));
    if (!keeper_.failure().empty()) result.warnings.push_back(keeper_.failure());
    if (standing_ == Standing::alone) consult(result);
    if (record_) result.theory = record_->judge(walk_.objective(), walk_.here(), end_of_descent(result));
    result.message = message({method_.name(), *reason_, iterations_, relative_, assessment_->gradient_measure,
                              result.value, best_.value, evaluations, seconds},
                             stop_, result.verdict) +
                     departures_.led_on(walk_);
    return result;
  }

  // May withdraw a success, or grant it within the noise.
  void consult(Result& result) {
    Walk judged = walk_.without_limits(unlimited_);
    const Mark& before = mark_.iteration < iterations_ ? mark_ : mark_before_;
    see_doctor(result, {judged,
                        *assessment_,
                        *reason_,
                        last_step_,
                        before,
                        {iterations_, walk_.here().value, relative_},
                        stop_,
                        method_.text(options::Detail::all),
                        run_.label,
                        std::move(unused_derivatives_)});
    withdraw_if_running_off(judged, assessment_->curvature, result);
    reason_ = result.reason;
  }

  // Limits give way to falling without bound.
  void settle_far_fall(Verdict& verdict) {
    far_fall_.tell(verdict);
    const bool gives_way = is_limit() || *reason_ == Reason::no_lower_point;
    if (gives_way && verdict.kind == Verdict::Kind::unbounded) reason_ = Reason::unbounded;
    if (gives_way && verdict.kind == Verdict::Kind::unattained) reason_ = Reason::unattained;
  }

  [[nodiscard]] bool is_limit() const {
    return *reason_ == Reason::max_iterations || *reason_ == Reason::max_evaluations || *reason_ == Reason::max_seconds;
  }

  const Method& method_;
  const Standing standing_;
  const Traits traits_;
  const Stop& stop_;
  const RunOptions& run_;
  const Stop unlimited_;
  Walk walk_;
  Point best_;
  FarFall far_fall_;
  Mark mark_, mark_before_;        // the last two powers of two of iterations
  std::vector<double> before_;     // x before the present step
  std::vector<double> last_step_;  // empty before the first
  Rest rest_;
  std::optional<Reason> reason_;
  std::optional<Assessment> assessment_;
  Departures departures_;
  std::optional<std::vector<Finding>> unused_derivatives_;  // supplied to a method of values alone
  std::optional<DescentRecord> record_;                     // of a descent with a fixed rate
  std::vector<RecordedPoint> trace_;
  double check_below_ = 1;
  std::uint64_t first_small_ = 0;    // 1 + the iteration at which the gradient was first small enough; 0: never yet
  std::uint64_t look_again_at_ = 0;  // a method that has begun anew where it was takes some steps first
  double relative_ = 0;
  std::uint64_t iterations_ = 0;
  bool has_departed_ = false;
  bool has_looked_ = false;  // at the gradient of this point
  std::unique_ptr<Steps> steps_;
  Keeper keeper_{run_.checkpoint};
};

}  // namespace

Result drive_on(Objective& objective, Point start, const Snapshot& kept, const Method& method, const Stop& stop,
                const RunOptions& run) {
  return Driver(objective, std::move(start), method, stop, run, Standing::alone).run_on(kept);
}

Result drive(Objective& objective, Point start, const Method& method, const Stop& stop, const RunOptions& run,
             Standing standing) {
  return Driver(objective, std::move(start), method, stop, run, standing).run();
}

}  // namespace downhill::optimize
