#pragma once
#include <downhill/diagnosis.hpp>
#include <downhill/result.hpp>
#include <downhill/stop.hpp>

#include <optional>

/// Runs that a limit ended, or that went too fast.
namespace downhill::optimize {

/// Where a run was at some iteration.
struct Mark {
  std::uint64_t iteration = 0;
  double value = 0;
  double relative_gradient = 0;

  template <class Visitor>
  void visit(Visitor& v) {
    v("iteration", iteration);
    v("value", value);
    v("relative_gradient", relative_gradient);
  }
};

/// A run that a limit ended while it was still descending, with how many more iterations it takes at the pace between two marks.
[[nodiscard]] std::optional<Finding> too_early(Reason reason, const Mark& before, const Mark& now, const Stop& stop);

/// Steps of a fixed rate that are too long: f grew, or went up and down. method: its text; steepest: the largest curvature at the best
/// point, or NaN.
[[nodiscard]] std::optional<Finding> too_fast(Reason reason, const std::string& method, double steepest);

}  // namespace downhill::optimize
