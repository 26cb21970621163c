#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// Watches a walk for steps that move no variable by more than the last digit of its length: a method that makes a few of them in a row has
/// nowhere to go, although the gradient may not be small against what it was. Where all of it vanishes in one variable, by symmetry, what
/// rounding leaves there never becomes smaller.
class Rest {
 public:
  /// After `step`, n. Returns whether this is the third such step in a row.
  bool look(const Walk& walk, std::span<const double> step) {
    idle_ = is_idle(walk, step) ? idle_ + 1 : 0;
    if (idle_ < most_idle) return false;
    idle_ = 0;
    return true;
  }

  template <class Visitor>
  void visit(Visitor& v) {
    v("idle", idle_);
  }

 private:
  static constexpr std::uint64_t most_idle = 3;

  static bool is_idle(const Walk& walk, std::span<const double> step) {
    const std::vector<double>&x = walk.here().x, &start = walk.start().x;
    for (std::size_t i = 0; i < step.size(); ++i) {
      if (std::abs(step[i]) > 0x1p-52 * std::max(std::abs(x[i]), std::abs(x[i] - start[i]))) return false;
    }
    return true;
  }

  std::uint64_t idle_ = 0;
};

}  // namespace downhill::optimize
