#pragma once
#include <downhill/minimize.hpp>
#include <downhill/result.hpp>

#include "optimize/walk.hpp"

namespace downhill::optimize {

/// A line of a recorded run that can be kept in a checkpoint.
struct RecordedPoint {
  TracePoint point;

  template <class Visitor>
  void visit(Visitor& v) {
    v("iteration", point.iteration);
    v("value", point.value);
    v("gradient_norm", point.gradient_norm);
    v("step", point.step);
    v("evaluations", point.evaluations);
    v("seconds", point.seconds);
    v("x", point.x);
  }
};

/// Where a walk is after so many iterations. Refers to the walk.
[[nodiscard]] Progress progress_of(Walk& walk, std::uint64_t iteration);

/// The line of a record for where the walk is; step: the length of the last one.
[[nodiscard]] RecordedPoint recorded(Walk& walk, const Progress& now, double step, Record record);

}  // namespace downhill::optimize
