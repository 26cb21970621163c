#pragma once
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace downhill::options {
struct Field;
}

namespace downhill {

/// When a run ends. Text form: `gradient_tolerance=1e-8, max_iterations=500`.
///
/// The relative gradient of the k-th iterate is  max over i of |g_i(x_k)| / max over j <= k of |g_i(x_j)|,
/// which has no unit: it does not change when f, or any variable, is multiplied by a constant, nor when a constant is added to f.
/// A run whose relative gradient falls to gradient_tolerance ends only if the next Newton step, where second derivatives
/// are at hand, is small against x and the way travelled of late too (docs/guide/verdicts.md), or the gradient is down to its rounding error.
struct Stop {
  double gradient_tolerance = 1e-10;       ///< relative gradient <= gradient_tolerance
  std::uint64_t max_iterations = 100'000;  ///< iterations <= max_iterations
  std::uint64_t max_evaluations = std::numeric_limits<
      std::uint64_t>::max();  ///< values, gradients, residuals and Jacobians, each counted, <= max_evaluations
  double max_seconds = std::numeric_limits<double>::infinity();    ///< wall time of the run <= max_seconds
  double target_value = -std::numeric_limits<double>::infinity();  ///< ends when f <= target_value

  static constexpr std::string_view name = "stop";
  static constexpr std::string_view doc = "when a run ends";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
