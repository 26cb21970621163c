#pragma once
#include <downhill/diagnosis.hpp>
#include <downhill/result.hpp>
#include <downhill/stop.hpp>

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "optimize/assessment.hpp"
#include "optimize/doctor/pace.hpp"

/// Looks at how a run ended, and says what to change.
namespace downhill::optimize {

/// A run that is over.
struct Case {
  Walk& walk;  ///< at its last point, without limits
  const Assessment& assessment;
  Reason reason = Reason::no_lower_point;
  std::span<const double> last_step;  ///< n, or empty
  Mark before, now;                   ///< two points of the run, the later one its end
  const Stop& stop;
  std::string method;  ///< its text, with all options
  std::function<std::string(std::size_t)> label;
  /// What is wrong with derivatives that were supplied to a method that does without, where they have been compared with differences.
  std::optional<std::vector<Finding>> unused_derivatives = {};
};

/// What is wrong with derivatives that the caller supplied: compared with differences at the start, at the end and in between. Empty
/// for a loss whose derivatives are derived. Cost: about 25 values when all is well; see supplied_gradient.hpp when it is not.
/// walk: at the last point, without limits; label: what to call coordinate i, `x[i]` if empty.
[[nodiscard]] std::vector<Finding> check_supplied(Walk& walk, const std::function<std::string(std::size_t)>& label);

/// What noise makes of the last point.
struct Noise {
  double level = 0;  ///< of f: standard deviation; 0 where it is no more than rounding
  bool is_stationary =
      false;        ///< the gradient, over steps that noise does not spoil, leaves no more to gain than the noise
  double gain = 0;  ///< what it leaves
  double gradient_norm = 0;  ///< of that gradient
  double gradient_error = 0;
};

/// Cost: 45 values; 28 n more where there is noise, up to 50 variables.
[[nodiscard]] Noise look_for_noise(const Case& run);

/// Whether the curvatures at the last point are so large against what f has fallen that it may be a ripple.
[[nodiscard]] bool is_suspiciously_narrow(const Walk& walk, const Curvature& curvature);

/// Everything that may explain a run without success, the gravest first. noise: as found.
[[nodiscard]] std::vector<Finding> diagnose(const Case& run, const Noise& noise);

/// Fills in result.diagnosis. Withdraws a success that rests on wrong derivatives or on a ripple of the noise, and grants one where the
/// gradient is zero within the noise; reason and verdict then say so. A run that was told to stop is left alone.
void see_doctor(Result& result, const Case& run);

/// Why f or its gradient is not finite at x, where the loss can tell.
[[nodiscard]] Finding not_finite(Objective& objective, std::span<const double> x, const std::string& what);

}  // namespace downhill::optimize
