#pragma once
#include <downhill/objective.hpp>
#include <downhill/stop.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

#include "optimize/box.hpp"
#include "optimize/draws.hpp"
#include "optimize/kinks.hpp"

namespace downhill::analysis {
struct SparsityPattern;
}

/// What a method sees of a run: the loss, where it is, where it has been, and whether it may go on.
namespace downhill::optimize {

class Face;

/// The residuals of a sum of squares at a point, and their Jacobian; empty if it was not computed.
struct Residuals {
  std::vector<double> values;
  std::vector<double> jacobian;                        ///< m*n, or its entries
  const analysis::SparsityPattern* pattern = nullptr;  ///< of those entries; null where it is dense
};

/// A point with what is known there. `gradient` is empty when it was not computed, `residuals` null.
struct Point {
  std::vector<double> x;
  double value = 0;
  std::vector<double> gradient;
  std::shared_ptr<const Residuals> residuals = nullptr;  ///< not kept in checkpoints: computed anew where a run goes on

  template <class Visitor>
  void visit(Visitor& v) {
    v("x", x);
    v("value", value);
    v("gradient", gradient);
  }
};

/// Whether a step may end in the middle when a limit is reached. Whole steps leave a state that can be kept.
enum class Interruption : std::uint8_t { within_steps, between_steps };

/// The point x of a sum of squares with its value, residuals, Jacobian and gradient: 2 Jᵀr, or the loss's own where that is not finite. The
/// Jacobian is by its entries where the loss offers it so.
[[nodiscard]] Point with_jacobian(Objective& objective, std::vector<double> x);

class Walk {
 public:
  Walk(Objective& objective, Point start, const Stop& stop, std::stop_token token, std::uint64_t seed,
       Interruption interruption = Interruption::within_steps);
  /// The walk `whole` over the variables of a face alone, where it is; objective: a loss of those.
  Walk(Objective& objective, const Walk& whole, const Face& face);

  [[nodiscard]] Objective& objective() { return objective_; }
  [[nodiscard]] const Point& here() const { return here_; }
  [[nodiscard]] const Point& start() const { return start_; }
  [[nodiscard]] Draws& draws() { return draws_; }
  [[nodiscard]] std::size_t size() const { return here_.x.size(); }
  /// Where x may be.
  [[nodiscard]] const Box& box() const { return box_; }

  /// The L1 terms of the loss, or null where none are known. Gradients are then shortest subgradients.
  [[nodiscard]] const Kinks* kinks() const { return kinks_.get(); }

  /// Accepts the next point, whose x and value are finite.
  void move(Point next);
  /// Takes the walk back to a point it has been at. Lengths and gradients met since count no more: a run that diverged has met huge ones.
  void go_back(Point point);
  /// Gives the present point a gradient it lacked; also tells the relative gradient what others were like, such as the start's.
  void set_gradient(std::vector<double> gradient);

  /// Evaluates f, or f with its gradient. A value of -inf is remembered: see `fell_to`. At an x that is not finite f counts as inf,
  /// whatever the loss says of it: 1/x is zero there.
  double value(std::span<const double> x);
  double value_and_gradient(std::span<const double> x, std::span<double> gradient);
  /// f with the gradient of its smooth part.
  SplitValue split_value_and_gradient(std::span<const double> x, std::span<double> gradient);
  /// Many values at once: points k*n, values k.
  void values(std::span<const double> points, std::span<double> values);
  /// The point x with its value and, where the loss has one, its gradient.
  [[nodiscard]] Point evaluate(std::vector<double> x);
  /// The same where x is in its place: gives `point` the rest.
  void complete(Point& point);
  /// A point for what is to come, with the room of one that was given up; what it holds is of no meaning.
  [[nodiscard]] Point room();
  /// Keeps the room of a point, so that the steps of a run allocate nothing.
  void give_up(Point&& point);
  /// From now on `evaluate` takes them from residuals and Jacobian, which come with the point: for methods that need these anyway.
  void evaluate_by_residuals() { is_by_residuals_ = true; }
  /// Gives `point`, whose x is in its place, the value and the residuals of a sum of squares, and nothing else.
  void complete_by_residuals(Point& point);
  /// Gives a point its residuals, Jacobian and gradient if it has no Jacobian yet.
  void add_jacobian(Point& point);
  /// Gives the present point its residuals and Jacobian if it has none yet.
  const Residuals& residuals_here();

  /// Whether a step has to end here: evaluations, time or the stop token forbid another trial. A method asks before each.
  [[nodiscard]] bool is_over() const { return interruption_ == Interruption::within_steps && is_at_limit(); }
  /// Whether evaluations, time or the stop token forbid to go on.
  [[nodiscard]] bool is_at_limit() const;
  [[nodiscard]] double seconds() const;
  [[nodiscard]] std::uint64_t evaluations() const;
  [[nodiscard]] bool is_cancelled() const { return token_.stop_requested(); }

  /// What is left of the limits, for a run inside this one; no limit where steps are whole.
  [[nodiscard]] Stop remaining() const;
  [[nodiscard]] std::stop_token token() const {
    return interruption_ == Interruption::within_steps ? token_ : std::stop_token();
  }

  /// The same walk at the same point with other limits and no stop token: for the verdict of a run that was cut short.
  [[nodiscard]] Walk without_limits(const Stop& unlimited) const;

  /// The gradient of the present point, 0 where only a bound keeps f from falling; empty if it was not computed.
  [[nodiscard]] std::vector<double> projected_gradient() const {
    return here_.gradient.empty() ? here_.gradient : box_.projected_gradient(here_.x, here_.gradient);
  }
  /// The largest size of each component of the gradient so far.
  [[nodiscard]] const std::vector<double>& largest_gradient() const { return largest_gradient_; }
  /// The relative gradient of the present point, by the projected gradient; see Stop.
  [[nodiscard]] double relative_gradient() const;
  /// Whether it is above `bound`: mostly known from the first component.
  [[nodiscard]] bool is_relative_gradient_above(double bound) const;
  /// Whether some variable has come a tenth of its whole way since a quarter to a half of the moves ago: a sign of running off.
  [[nodiscard]] bool is_still_travelling() const;
  /// A length for each variable: the larger of |x_i| and the farthest it has been from its start.
  [[nodiscard]] std::vector<double> lengths() const;
  /// The same by what it has come of late rather than ever: since a quarter to a half of the moves ago, or since at most half of them.
  enum class Landmark : std::uint8_t { before, last };
  [[nodiscard]] std::vector<double> recent_lengths(Landmark landmark) const;
  /// A trial point where f was -inf; empty if there was none.
  [[nodiscard]] const std::vector<double>& fell_to() const { return fell_to_; }
  void forget_fall() { fell_to_.clear(); }
  /// The last trial point where f was NaN or inf; empty if there was none.
  [[nodiscard]] const std::vector<double>& not_finite_at() const { return not_finite_at_; }

  /// What a walk in another process needs to go on from here, evaluations and seconds included.
  template <class Visitor>
  void visit(Visitor& v) {
    v("start", start_);
    v("here", here_);
    v("draws", draws_);
    v("travelled", travelled_);
    v("largest_gradient", largest_gradient_);
    v("fell_to", fell_to_);
    v("not_finite_at", not_finite_at_);
    v("moves", moves_);
    v("landmark", landmark_);
    v("landmark_before", landmark_before_);
    const Spent before{counts(), seconds()};
    Spent spent = before;
    v("spent", spent);
    add(spent, before);
  }

 private:
  static constexpr std::size_t most_spare = 4;
  void note(double value, std::span<const double> x);
  void note_gradient();
  [[nodiscard]] std::shared_ptr<Residuals> residuals_room();
  double no_place(std::span<const double> x, std::span<double> gradient = {});

  /// Evaluations and seconds since the start of the walk.
  struct Spent {
    EvaluationCounts counts;
    double seconds = 0;
    template <class Visitor>
    void visit(Visitor& v) {
      v("value", counts.value);
      v("gradient", counts.gradient);
      v("hessian_vector", counts.hessian_vector);
      v("hessian", counts.hessian);
      v("residuals", counts.residuals);
      v("jacobian", counts.jacobian);
      v("seconds", seconds);
    }
  };
  [[nodiscard]] EvaluationCounts counts() const;
  void add(const Spent& spent, const Spent& already);

  Objective& objective_;
  std::shared_ptr<const Kinks> kinks_;
  Box box_;
  Point start_;
  Point here_;
  const Stop* stop_;
  std::stop_token token_;
  Draws draws_;
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
  EvaluationCounts counts_at_start_;
  Interruption interruption_;
  std::vector<double> travelled_;         // max |x_i - x0_i|
  std::vector<double> largest_gradient_;  // max |g_i|
  std::vector<double> fell_to_;
  std::vector<double> not_finite_at_;
  bool is_by_residuals_ = false;
  std::uint64_t moves_ = 0;
  std::vector<double> landmark_;                                   // x at the last power of two of moves
  std::vector<double> landmark_before_;                            // and at the one before
  std::vector<Point> spare_;                                       // points given up, for their room
  std::vector<std::shared_ptr<const Residuals>> spare_residuals_;  // likewise, where nobody else refers to them
};

/// What became of one step of a method.
struct StepOutcome {
  enum class Kind : std::uint8_t {
    moved,     ///< the walk is at a new point
    stalled,   ///< there is no lower point the method can find
    finished,  ///< the method has solved its problem or used up its plan
  };
  Kind kind = Kind::moved;
};

}  // namespace downhill::optimize
