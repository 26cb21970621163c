#pragma once
#include <downhill/descent_theory.hpp>
#include <downhill/diagnosis.hpp>
#include <downhill/objective.hpp>
#include <downhill/verdict.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace downhill {

/// Why a run ended; the same list for every method.
enum class Reason : std::uint8_t {
  gradient_small,       ///< the relative gradient is at most gradient_tolerance
  rounding_limit,       ///< the gradient is down to its rounding error
  lowest_value,         ///< f is as low as the form of its formula lets it be
  noise_limit,          ///< the gradient is lost in the noise of f
  solved,               ///< the method solved the problem outright
  search_exhausted,     ///< a method of values alone has used up its samples or its smallest step
  value_reached,        ///< f <= target_value
  max_iterations,       ///< iterations reached max_iterations
  max_evaluations,      ///< evaluations reached max_evaluations
  max_seconds,          ///< time reached max_seconds
  no_lower_point,       ///< the method finds no lower point although the gradient is not small
  stationary_not_left,  ///< the point is stationary, known not to be a minimum, and the method does not leave it
  unbounded,            ///< f falls without bound
  unattained,           ///< f converges while x runs off
  diverged,             ///< f grows without bound
  non_finite_gradient,  ///< f is finite, a derivative is not
  bad_start,            ///< f is not finite at the start
  wrong_derivatives,    ///< supplied derivatives are not those of f
  stopped_by_callback,  ///< the callback said stop
  cancelled,            ///< the stop token was triggered
};

/// "gradient_small", "rounding_limit", …
[[nodiscard]] std::string_view name(Reason reason);

/// One line of a recorded run.
struct TracePoint {
  std::uint64_t iteration = 0;
  double value = 0;
  double gradient_norm = 0;
  double step = 0;                ///< length of the step that led here
  std::uint64_t evaluations = 0;  ///< values so far
  double seconds = 0;             ///< since the start of the run
  std::vector<double> x;          ///< empty unless points are recorded
};

/// Where the time went: `run` is the wall time of the run without tracing and compiling.
struct Seconds {
  double trace = 0;
  double compile = 0;
  double run = 0;
};

/// How a run ended. Not converging is not an error: it is told here.
struct Result {
  std::vector<double> x;     ///< the last accepted point, always finite if the start was
  double value = 0;          ///< f(x)
  double gradient_norm = 0;  ///< Euclidean norm; NaN when the loss has no gradient
  bool success = false;      ///< x is stationary and not known to be a saddle or maximum
  Reason reason = Reason::bad_start;
  std::string message;  ///< the reason as a sentence with both numbers
  Verdict verdict;
  std::string method;  ///< text form of the method that ran
  std::uint64_t iterations = 0;
  EvaluationCounts evaluations;  ///< of the run and of its verdict
  std::uint64_t escapes = 0;     ///< saddles, maxima and flat points left on the way
  Seconds seconds;
  std::vector<TracePoint> trace;
  std::vector<Finding> diagnosis;       ///< without success: what was found to be wrong, the gravest first
  std::optional<DescentTheory> theory;  ///< of descent with a fixed rate
  std::vector<std::string> warnings;    ///< what went wrong beside the run: a checkpoint that could not be written
};

}  // namespace downhill
