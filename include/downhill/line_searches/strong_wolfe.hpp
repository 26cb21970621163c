#pragma once
#include <downhill/line_search.hpp>

namespace downhill {

/// Until phi(t) <= phi(0) + sufficient_decrease * t * slope and |phi'(t)| <= curvature * |slope|: brackets such a step, then closes in
/// by cubic interpolation (Nocedal & Wright, Numerical Optimization, 2nd ed. 2006, algorithms 3.5 and 3.6).
struct StrongWolfe {
  double sufficient_decrease = 1e-4;  ///< in (0, 0.5), at most `curvature`
  double curvature = 0.9;             ///< in (0, 1); the smaller, the nearer the bottom

  static constexpr std::string_view name = "strong_wolfe";
  static constexpr std::string_view doc = "until f falls enough and the slope has flattened; brackets and zooms";
  static std::vector<options::Field> fields();
  void check() const;
};

}  // namespace downhill
