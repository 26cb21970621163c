#pragma once
#include <downhill/method.hpp>

#include <optional>

namespace downhill {

/// Pattern search: tries one step along each axis, both ways, keeps every point that is lower, and goes on in the direction
/// the sweep has found. The step grows by `growth` while that succeeds and shrinks by `contraction` when no axis leads down, at
/// which point f has no slope beyond the order of the step (Kolda, Lewis & Torczon, SIAM Review 45 (2003) 385-482, theorem 3.3).
///
/// Needs values alone. Cost per iteration: n + 1 to 2n values, one after another.
/// Reference: Hooke & Jeeves, J. ACM 8 (1961) 212-229; Torczon, SIAM J. Optim. 7 (1997) 1-25.
struct PatternSearch {
  std::optional<double> step = {};  ///< first step, in units of x; none: a quarter of |x_i|
  double smallest_step = 1e-9;      ///< ends below this step times the largest of |x_i| and the first step
  double contraction = 0.5;         ///< in (0, 1)
  double growth = 2;                ///< at least 1

  static constexpr std::string_view name = "pattern_search";
  static constexpr std::string_view doc = "steps along the axes and onwards where they lead, with a step that adapts";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
