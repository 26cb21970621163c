#pragma once
#include <optional>
#include <span>
#include <vector>

#include "app/problem.hpp"
#include "app/statistics.hpp"

/// Ranges that hold the truth with a given probability, if the model is right and its errors are normal, independent and of one size.
namespace downhill::app {

/// The fitted curve at the rows of the data, m entries each.
struct FittedCurve {
  std::vector<double> values;      ///< the right side of the model at the solution
  std::vector<double> confidence;  ///< half width of the interval for the curve itself
  std::vector<double> prediction;  ///< half width of the interval for one more measurement
};

struct FitIntervals {
  double level = 0.95;
  double quantile = 0;               ///< of |t|, Student's t with the fit's degrees of freedom
  std::vector<double> low, high;     ///< n: x ∓ quantile * standard error
  std::optional<FittedCurve> curve;  ///< nothing if the left side of the model varies with the parameters
};

/// fitted: m, or nothing. By linearisation at x.
/// Reference: Seber & Wild, Nonlinear Regression, Wiley 1989, sections 5.1 and 5.2.
[[nodiscard]] FitIntervals fit_intervals(const FitStatistics& statistics, std::span<const double> x,
                                         std::optional<std::vector<double>> fitted, double level);

}  // namespace downhill::app
