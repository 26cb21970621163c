#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "optimize/assessment.hpp"
#include "optimize/driver.hpp"
#include "optimize/method_model.hpp"
#include "optimize/second_opinion.hpp"

/// How a run leaves points that its method would end at, though they are no minima for sure.
namespace downhill::optimize {

class Departures {
 public:
  /// method: outlives this.
  Departures(const Method& method, Standing standing)
      : method_(method), traits_(method.model().traits()), standing_(standing) {}

  /// Where to go on from a stationary point, or from a fall that converges: along negative curvature, from the lower point nearby,
  /// or from where another method comes to, or anew from here where a fast method would still gain; from a minimum that a Newton step shows
  /// to be less close than it seemed, from its end.
  [[nodiscard]] std::optional<Point> leave(Walk& walk, Assessment& assessment, double gradient_tolerance);
  /// From a point that is not stationary, but where the method finds nothing lower. Where the gradient is small, rounding of f may hide that
  /// it falls along it; not that f curves down, or has a lower point on a plateau. At a kink the pieces of f show the way.
  [[nodiscard]] std::optional<Point> leave_downwards(Walk& walk, Assessment& assessment);

  /// Out of a valley along which the method creeps, after so many iterations: where another one comes to from the start with about as many
  /// evaluations. Asked after 200 iterations, and after each eight times as many, of a method that uses second derivatives or a Jacobian.
  [[nodiscard]] std::optional<Point> leave_creeping(Walk& walk, std::uint64_t iterations);

  /// Withdraws that a point is stationary where a method that has begun anew on a sum of squares has hardly come lower since, though it says
  /// that it could. Whether it did.
  bool withdraw_if_creeping(Walk& walk, Assessment& assessment) const;

  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Whether another method has ended elsewhere, and f is level to second order along some direction here; then says so in the verdict.
  [[nodiscard]] bool is_contested(Walk& walk, const Curvature& curvature, Verdict& verdict) const;

  /// "; led on by lbfgs" if the run went on from where another method had come, else empty.
  [[nodiscard]] std::string led_on(Walk& walk) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("count", count_);
    v("corrections", corrections_);
    v("begun_anew", begun_anew_);
    v("begun_anew_at", begun_anew_at_);
    v("second_opinion", second_opinion_);
    v("is_led_by_pieces", is_led_by_pieces_);
  }

 private:
  [[nodiscard]] bool is_creeping(Walk& walk, const Assessment& assessment) const;
  [[nodiscard]] std::optional<Point> next_below(Walk& walk, Assessment& assessment);
  // What a fast method has learnt of a loss that was steep may hold it back where it is flat: the scale of residuals, a radius, a matrix.
  // It begins anew where it is, once, and again where that has led to less than half of f.
  [[nodiscard]] bool is_worth_beginning_anew(const Walk& walk);
  [[nodiscard]] bool has_come_down(const Walk& walk) const;

  const Method& method_;
  Traits traits_;
  Standing standing_;
  SecondOpinion second_opinion_;
  std::uint64_t count_ = 0;
  std::uint64_t corrections_ = 0;  // of minima
  bool is_led_by_pieces_ = false;
  std::uint64_t begun_anew_ = 0;  // times, without a lower point
  double begun_anew_at_ = 0;      // the value where it last was
};

}  // namespace downhill::optimize
