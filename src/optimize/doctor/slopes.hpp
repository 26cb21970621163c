#pragma once
#include <functional>
#include <limits>
#include <span>
#include <vector>

/// Derivatives along a line from values, with their errors.
namespace downhill::optimize {

/// Writes m numbers at the distance t along a line; false where they do not exist.
using OnLine = std::function<bool(double t, std::span<double> numbers)>;

struct LineSlopes {
  std::vector<double> slope;  ///< m; NaN where there are no values on both sides
  std::vector<double> error;  ///< estimated, of truncation and noise; infinite where the slope is NaN
};

/// Central differences at steps first_step / 4^k, extrapolated to 0 while that gains (Ridders 1982), until each error is at most
/// `wanted`. noise: of the numbers, beyond their rounding. Cost: at most 28 evaluations.
[[nodiscard]] LineSlopes slopes_along(const OnLine& at, std::size_t m, double first_step,
                                      std::span<const double> wanted, double noise = 0);

/// The derivative lies between the slopes to both sides of a point, over a step so short that they hardly differ or, at a kink, so
/// short that shorter ones are lost in the noise. A number outside is no derivative of any kind there.
struct SlopeRange {
  double lowest = -std::numeric_limits<double>::infinity();
  double highest = std::numeric_limits<double>::infinity();
  [[nodiscard]] bool contains(double slope) const { return slope >= lowest && slope <= highest; }
};

/// f: along a line, by distance; length: its natural unit. Cost: at most 43 values.
[[nodiscard]] SlopeRange slope_range(const std::function<double(double t)>& f, double length, double noise);

}  // namespace downhill::optimize
