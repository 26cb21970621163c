#pragma once
#include <downhill/line_search.hpp>

namespace downhill {

/// The strong Wolfe conditions by the method of Moré & Thuente, ACM Trans. Math. Software 20 (1994) 286-307: its intervals
/// are updated by psi(t) = phi(t) - phi(0) - sufficient_decrease * t * slope until a step with psi <= 0 <= phi' is found.
struct MoreThuente {
  double sufficient_decrease = 1e-4;  ///< in (0, 0.5), at most `curvature`
  double curvature = 0.9;             ///< in (0, 1); the smaller, the nearer the bottom

  static constexpr std::string_view name = "more_thuente";
  static constexpr std::string_view doc = "until f falls enough and the slope has flattened; safeguarded cubic steps";
  static std::vector<options::Field> fields();
  void check() const;
};

}  // namespace downhill
