#pragma once
#include <downhill/method.hpp>

#include <cstdint>
#include <optional>

namespace downhill {

/// Differential evolution, current-to-pbest/1/bin with an archive, which learns its two factors from what succeeds (SHADE).
///
/// The population is drawn from a box around the start, which is one of it; later points may leave the box. Ends when the population has
/// come together, when its values cannot be told apart, or after `patience` generations without a lower point.
///
/// Needs values alone; each generation is evaluated at once. Cost per iteration: `population` values.
/// Reference: Storn & Price, J. Glob. Optim. 11 (1997) 341-359; Zhang & Sanderson, IEEE TEC 13 (2009) 945-958 (JADE); Tanabe & Fukunaga,
/// IEEE CEC (2013) 71-78 (SHADE, eq. 1-13), with a memory of six and the means of their L-SHADE, CEC (2014) 1658-1665.
struct DifferentialEvolution {
  std::optional<double> radius = {};             ///< half the side of the box, in units of x; none: |x_i|
  std::optional<std::uint64_t> population = {};  ///< points; none: 10 n, at least 30 and at most 200
  double smallest_step = 1e-9;   ///< together is a population within this times the larger of |x_i| and the radius
  std::uint64_t patience = 500;  ///< generations without a lower point

  static constexpr std::string_view name = "differential_evolution";
  static constexpr std::string_view doc = "a population that steps along its own differences";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
