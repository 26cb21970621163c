#pragma once
#include <downhill/method.hpp>

#include <optional>
#include <string>

#include "optimize/assessment.hpp"
#include "optimize/walk.hpp"

/// Where curvatures leave it open what kind of point a run has ended at, another method is asked.
namespace downhill::optimize {

/// Asks it, at most once from where the run ended and once from its start, and remembers what it said.
///
/// It is the method that would be chosen for the loss, or one unlike `method` if that is the one. Nothing is asked where f is known to have
/// no lower point to speak of, nor on losses of values alone, with kinks, or within bounds.
/// Cost: at most about twice the evaluations of the walk so far.
class SecondOpinion {
 public:
  /// The lower point that the other method comes to, if it does; end: `undecided` or `unattained`.
  [[nodiscard]] std::optional<Point> ask(Walk& walk, const Method& method, const Assessment& end);

  /// Whether from the same start the other method has ended at a stationary point of another value: a lower one, or where f is level to
  /// second order along some direction any.
  [[nodiscard]] bool is_contrary() const { return is_contrary_; }
  /// "lbfgs, from the same start, ends at f = 1.5 and not at f = 2"
  [[nodiscard]] std::string told(Walk& walk, const Method& method) const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("is_asked_from_here", is_asked_from_here_);
    v("is_asked_from_start", is_asked_from_start_);
    v("is_contrary", is_contrary_);
    v("other_value", other_value_);
    v("own_value", own_value_);
    v("has_ended", has_ended_);
    v("is_minimum", is_minimum_);
  }

 private:
  [[nodiscard]] std::optional<Point> ask_from(Point begin, Walk& walk, const Method& method);

  bool is_asked_from_here_ = false;
  bool is_asked_from_start_ = false;
  bool is_contrary_ = false;
  bool has_ended_ = false;   // the other method, at a stationary point
  bool is_minimum_ = false;  // a strict one
  double other_value_ = 0;   // of the other method's end from the start
  double own_value_ = 0;     // where it was asked
};

}  // namespace downhill::optimize
