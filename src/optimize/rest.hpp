#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <span>

#include "optimize/method_model.hpp"
#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Watches a walk for steps that lead nowhere, although the gradient may not be small against what it was.
///
/// Steps that move no variable by more than the last digit of its length: where all of the gradient vanishes in one variable, by symmetry,
/// what rounding leaves there never becomes smaller. And, of a fast method, short steps over which neither the gradient nor f becomes much
/// smaller than it has been: it wanders within the rounding of a gradient that was never large.
class Rest {
 public:
  /// After `step`, n, of a method. Returns whether it is one too many of its kind in a row.
  bool look(const Walk& walk, std::span<const double> step, const Traits& traits) {
    const bool is_fast = traits.rate == Traits::Rate::superlinear;
    const bool is_steady = traits.rate == Traits::Rate::linear && traits.descent == Traits::Descent::monotone;
    if (!is_fast && !is_steady) return false;
    const double size = relative_size(walk, step);
    idle_ = size <= 0x1p-52 ? idle_ + 1 : 0;
    wandering_ = is_fast && size <= short_step && !is_progress(walk) ? wandering_ + 1 : 0;
    if (idle_ < most_idle && wandering_ < most_wandering) return false;
    idle_ = wandering_ = 0;
    return true;
  }

  template <class Visitor>
  void visit(Visitor& v) {
    v("idle", idle_);
    v("wandering", wandering_);
    v("least_gradient", least_gradient_);
    v("least_value", least_value_);
  }

 private:
  static constexpr std::uint64_t most_idle = 3, most_wandering = 30;
  static constexpr double short_step = 1e-10;  // of the length of each variable

  // max |step_i| / length_i; once it is above a short step, no more than that is told.
  static double relative_size(const Walk& walk, std::span<const double> step) {
    const std::vector<double>&x = walk.here().x, &start = walk.start().x;
    double most = 0;
    for (std::size_t i = 0; i < step.size(); ++i) {
      const double length = std::max(std::abs(x[i]), std::abs(x[i] - start[i]));
      if (std::abs(step[i]) > most * length) most = std::abs(step[i]) / length;
      if (most > short_step) return most;
    }
    return most;
  }

  bool is_progress(const Walk& walk) {
    const double gradient = walk.relative_gradient(), value = walk.here().value;
    bool result = false;
    if (gradient < 0.5 * least_gradient_) {
      least_gradient_ = gradient;
      result = true;
    }
    if (value < least_value_ - 0.5 * std::abs(least_value_)) {
      least_value_ = value;
      result = true;
    }
    return result;
  }

  std::uint64_t idle_ = 0;
  std::uint64_t wandering_ = 0;
  double least_gradient_ = std::numeric_limits<double>::infinity();
  double least_value_ = std::numeric_limits<double>::max();
};

}  // namespace downhill::optimize
