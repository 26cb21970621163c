#pragma once
#include <vector>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// The smooth part of a loss at a point. Part of a method's state.
class SmoothPart {
 public:
  /// Fills in what belongs to the present point of the walk, if that is not known yet.
  void settle(Walk& walk);
  /// Evaluates f at x: the smooth part stays here, the point with its shortest subgradient is returned.
  Point evaluate(Walk& walk, std::vector<double> x);

  [[nodiscard]] double value() const { return value_; }
  [[nodiscard]] const std::vector<double>& gradient() const { return gradient_; }
  [[nodiscard]] bool is_finite() const;

  template <class Visitor>
  void visit(Visitor& v) {
    v("value", value_);
    v("gradient", gradient_);
  }

 private:
  double value_ = 0;
  std::vector<double> gradient_;  // empty: not known
};

}  // namespace downhill::optimize
