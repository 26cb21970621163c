#pragma once
#include <downhill/result.hpp>

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

}  // namespace downhill::optimize
