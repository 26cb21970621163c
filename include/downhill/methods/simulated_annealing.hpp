#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>

namespace downhill {

/// Simulated annealing: normal steps of one variable at a time, whose rises are accepted with probability exp(-rise / temperature).
///
/// The first temperature accepts the mean rise, sampled about the start, with probability `first_acceptance` (Ben-Ameur, Comput.
/// Optim. Appl. 29 (2004) 369-385). At each temperature every variable is moved `sweeps` times, its step is adapted so that
/// about half of the moves are accepted, and the next temperature begins at the best point so far. Ends when the steps are small, or
/// the temperature is lost in the rounding of f. The point reported is the best one.
///
/// Needs values alone, one after another. Cost per iteration: `sweeps` * n values.
/// Reference: Kirkpatrick, Gelatt & Vecchi, Science 220 (1983) 671-680; Corana, Marchesi, Martini & Ridella, ACM TOMS 13 (1987)
/// 262-280, whose step rule this is.
struct SimulatedAnnealing {
  std::optional<double> radius = {};  ///< first and longest steps, in units of x; none: |x_i|
  double first_acceptance = 0.8;      ///< of the mean rise, in (0, 1)
  double cooling = 0.9;               ///< factor from one temperature to the next, in (0, 1)
  std::uint64_t sweeps = 20;          ///< moves of each variable at each temperature
  double smallest_step = 1e-9;        ///< ends below this step times the larger of |x_i| and the first step

  static constexpr std::string_view name = "simulated_annealing";
  static constexpr std::string_view doc = "random steps that may also lead up, ever less as it cools";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
