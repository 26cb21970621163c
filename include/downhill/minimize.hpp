#pragma once
#include <downhill/checkpoint.hpp>
#include <downhill/method.hpp>
#include <downhill/methods.hpp>
#include <downhill/objective.hpp>
#include <downhill/result.hpp>
#include <downhill/stop.hpp>

#include <cstdint>
#include <functional>
#include <span>
#include <stop_token>

namespace downhill {

/// Whether a run goes on after a callback.
enum class Continue : std::uint8_t { yes, no };

/// What Result::trace holds.
enum class Record : std::uint8_t { nothing, values, points };

/// The state of a run as a callback sees it. `x` is valid during the call only.
struct Progress {
  std::uint64_t iteration = 0;
  double value = 0;
  double gradient_norm = 0;
  double relative_gradient = 0;  ///< see Stop
  std::span<const double> x;
  EvaluationCounts evaluations;
  double seconds = 0;
};

/// What surrounds a run, apart from when it ends.
struct RunOptions {
  std::uint64_t seed = 0;  ///< of the methods that draw random numbers; the same seed gives the same bits
  std::function<Continue(const Progress&)> callback = {};  ///< called after every iteration, and once at the start
  std::stop_token stop = {};                               ///< ends the run at the next iteration
  Record record = Record::nothing;
  Checkpoint checkpoint = {};  ///< limits and the stop token then end the run between two iterations only
  /// A checkpoint to go on from, with the bits of a run that was never interrupted; x0 then only tells the number of variables.
  std::string resume = {};
  /// What messages call coordinate i of x; `x[i]` unless given.
  std::function<std::string(std::size_t i)> label = {};
};

/// Finds a local minimum of `objective`, starting at `x0`, with `method`.
///
/// objective  loss of n numbers
/// x0         start, n numbers; copied
/// method     a configured method, e.g. Newton{}; see `downhill methods`
///
/// Returns the last accepted point. Not converging is not an error: read result.reason and result.verdict.
/// Throws ShapeError if x0 has not n numbers, OptionError if the method needs what the objective cannot give, InputError if a
/// checkpoint cannot be read or written, or is of another method, size or loss.
/// Cost: the method's, and at the end one Hessian or, above 300 variables, a few dozen Hessian-vector products for the verdict.
///
///   Objective f = objective(2, {.value_and_gradient = rosenbrock, .hessian = rosenbrock_hessian});
///   Result r = minimize(f, std::vector{-1.2, 1.0}, Newton{});      // r.x = {1, 1}
[[nodiscard]] Result minimize(Objective& objective, std::span<const double> x0, const Method& method,
                              const Stop& stop = {}, const RunOptions& run = {});

/// With the method that suits the loss; see choose_method in <downhill/choice.hpp>.
[[nodiscard]] Result minimize(Objective& objective, std::span<const double> x0);

}  // namespace downhill
