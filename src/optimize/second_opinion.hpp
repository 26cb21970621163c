#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "optimize/assessment.hpp"
#include "optimize/walk.hpp"

/// Where curvatures leave it open what kind of point a run has ended at, another method is asked.
namespace downhill::optimize {

/// Asks another method, once from where the run ended, from beside it where f is level to second order, and from its start, and remembers
/// what it said.
///
/// It is the first of the method that would be chosen for the loss, lbfgs and nonlinear_cg that is not the one that ran; where f is level
/// to second order along some direction the next of these is asked from the start as well. Nothing is asked where f is known to have no lower point to speak of, nor on losses that are convex, have kinks or give values alone, or within bounds.
/// Cost: at most about twice the evaluations of the walk so far, each time.
class SecondOpinion {
 public:
  /// The lower point that the other method comes to, if it does, or, from a point that is not known to be stationary, one as low that is;
  /// at: the end of the run, a minimum for all that is known or no minimum.
  [[nodiscard]] std::optional<Point> ask(Walk& walk, const Method& method, const Assessment& at);

  /// The minimum that lbfgs comes to from the start with `most_evaluations`, if that is lower.
  [[nodiscard]] std::optional<Point> race(Walk& walk, const Method& method, std::uint64_t most_evaluations);

  /// Whether from the same start another method has ended at a stationary point of another value: a lower one, to which the run could not go
  /// on, or where f is level to second order along some direction, and not next to nothing, any.
  [[nodiscard]] bool is_contrary() const { return is_contrary_; }
  /// "lbfgs, from the same start, ends at f = 1.5 and not at f = 2"
  [[nodiscard]] std::string told(Walk& walk, const Method& method) const;
  /// Whether that value is higher.
  [[nodiscard]] bool is_higher() const { return other_value_ > own_value_; }
  /// The method whose lower point was taken last; empty if none was.
  [[nodiscard]] std::string leader(Walk& walk, const Method& method) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("is_asked_from_here", is_asked_from_here_);
    v("is_asked_beside", is_asked_beside_);
    v("asked_from_start", asked_from_start_);
    v("is_contrary", is_contrary_);
    v("other", other_);
    v("other_value", other_value_);
    v("own_value", own_value_);
    v("leader", leader_);
  }

 private:
  [[nodiscard]] std::optional<Point> led_on(Walk& walk, Point lower, std::uint64_t by);

  bool is_asked_from_here_ = false;
  bool is_asked_beside_ = false;
  bool is_contrary_ = false;
  std::uint64_t asked_from_start_ = 0;  // how many
  std::uint64_t other_ = 0;             // who was contrary
  double other_value_ = 0;              // where it ended
  double own_value_ = 0;                // where it was asked
  std::uint64_t leader_ = 0;            // 1 + the one whose point was taken last; 0: none was
};

}  // namespace downhill::optimize
