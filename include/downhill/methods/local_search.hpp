#pragma once
#include <downhill/method.hpp>

#include <cstdint>

namespace downhill {

/// Random local search: tries points at a distance `step` in random directions and moves to the first batch's best one if it is
/// lower; the step doubles after a success and shrinks by `contraction` after a failure, until it is smaller than x can tell.
///
/// Needs values alone; each batch is evaluated at once. Cost per iteration: `batch` values.
/// Reference: Rastrigin, Automation and Remote Control 24 (1963) 1337-1342; Schumer & Steiglitz, IEEE TAC 13 (1968) 270-276 for the adaptive step.
struct LocalSearch {
  double step = 1;  ///< first step, in units of x
  double smallest_step =
      1e-9;  ///< ends below this step times the largest |x_i| (or times the first step, where x is smaller)
  double contraction = 0.7;  ///< in (0, 1)
  std::uint64_t batch = 16;  ///< points tried per iteration

  static constexpr std::string_view name = "local_search";
  static constexpr std::string_view doc = "the best of random points nearby, with a step that adapts";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
