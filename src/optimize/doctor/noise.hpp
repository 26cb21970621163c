#pragma once
#include <optional>
#include <span>
#include <vector>

#include "optimize/doctor/surroundings.hpp"

/// How noisy values of a loss are, measured from the values.
namespace downhill::optimize {

/// The noise (standard deviation) of values at equal distances on a line: the level at which a table of their differences comes to
/// rest; nothing if it does not, as for a function that varies on that scale.
/// Reference: Moré & Wild, Estimating computational noise, SIAM J. Sci. Comput. 33 (2011) 1292-1314.
[[nodiscard]] std::optional<double> noise_of(std::span<const double> values);

/// The noise of f near x, on scales from 2^-26 to 2^-10 of the variables' lengths: what two neighbouring scales agree on. A ripple
/// shorter than that is noise. Cost: 45 values.
[[nodiscard]] double measured_noise(Surroundings& around, std::span<const double> x);

/// Whether noise is beyond what rounding makes of a value.
[[nodiscard]] bool is_beyond_rounding(double noise, double value);

/// A gradient over steps so long that noise does not spoil it.
struct SmoothedGradient {
  std::vector<double> gradient;   ///< n
  std::vector<double> error;      ///< n
  std::vector<double> curvature;  ///< n: second derivative along each variable, likewise
  double lowest = 0;              ///< of the values met on the way

  /// What is left to gain where the variables do not interact: Σ g² / 2c; infinite where f curves down.
  [[nodiscard]] double gain() const;
};

/// Cost: at most 28 n values.
[[nodiscard]] SmoothedGradient smoothed_gradient(Surroundings& around, std::span<const double> x, double noise);

}  // namespace downhill::optimize
