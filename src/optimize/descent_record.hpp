#pragma once
#include <downhill/result.hpp>

#include <cstdint>
#include <string>
#include <vector>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// The path of a descent with a fixed rate, thinned to at most 96 points, and the curvatures along its steps.
class DescentRecord {
 public:
  explicit DescentRecord(double learning_rate = 0) : learning_rate_(learning_rate) {}

  /// Takes in the point after `iteration` steps. Cost: O(n).
  void note(std::uint64_t iteration, const Point& here);

  /// What theory promises for this path, with Hessians at up to 32 points of it, above dense_limit variables at 8.
  /// objective  the loss
  /// end        the last point, and what it is
  enum class End : std::uint8_t {
    strict_minimum,
    minimum,    ///< perhaps one of many
    elsewhere,  ///< on the way
    nowhere,    ///< there is no minimum
  };
  [[nodiscard]] DescentTheory judge(Objective& objective, const Point& end, End kind) const;

  /// The walk goes on from another point than descent led to: no bound holds over the break.
  void interrupt() { is_interrupted_ = true; }

  template <class Visitor>
  void visit(Visitor& v) {
    v("is_interrupted", is_interrupted_);
    v("stride", stride_);
    v("next", next_);
    v("samples", samples_);
    v("last", last_);
    v("largest", largest_);
    v("smallest", smallest_);
    v("least_steep", least_steep_);
    v("steps", steps_);
  }

 private:
  struct Sample {
    std::uint64_t iteration = 0;
    bool is_kept = false;  // when the rest is thinned
    Point point;
    template <class Visitor>
    void visit(Visitor& v) {
      v("iteration", iteration);
      v("is_kept", is_kept);
      v("point", point);
    }
  };

  void measure(Objective& objective, DescentTheory& theory, double& least_steep) const;
  void check_convexity(DescentTheory& theory, const Point& end, End kind) const;
  void compare(DescentTheory& theory, const Point& end, End kind) const;
  [[nodiscard]] double observed_rate() const;
  [[nodiscard]] bool is_below_start(const Point& point) const { return point.value <= samples_.front().point.value; }

  double learning_rate_;
  bool is_interrupted_ = false;
  std::uint64_t stride_ = 1;
  std::uint64_t next_ = 0;  // iteration to keep
  std::vector<Sample> samples_;
  Point last_;
  double largest_ = 0;      // ‖Δg‖/‖Δx‖ over the steps
  double smallest_ = 0;     // ΔgᵀΔx/‖Δx‖²
  double least_steep_ = 0;  // the least ‖Δg‖/‖Δx‖
  std::uint64_t steps_ = 0;
};

/// What the point a run ended at means for its theory.
[[nodiscard]] DescentRecord::End end_of_descent(const Result& result);

/// The facts of a theory in words: its explanation.
[[nodiscard]] std::string explain(const DescentTheory& theory);

}  // namespace downhill::optimize
