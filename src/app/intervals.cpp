#include "app/intervals.hpp"

#include <cmath>
#include <utility>

#include "app/student_t.hpp"

namespace downhill::app {

FitIntervals fit_intervals(const FitStatistics& statistics, std::span<const double> x,
                           std::optional<std::vector<double>> fitted, double level) {
  FitIntervals result;
  result.level = level;
  result.quantile = student_t(level, static_cast<double>(statistics.degrees_of_freedom));
  for (std::size_t i = 0; i < x.size(); ++i) {
    const double half = result.quantile * statistics.standard_errors[i];
    result.low.push_back(x[i] - half);
    result.high.push_back(x[i] + half);
  }
  if (!fitted) return result;
  FittedCurve curve{*std::move(fitted), {}, {}};
  const double unit = result.quantile * statistics.residual_standard_deviation;
  for (const double leverage : statistics.leverages) {
    curve.confidence.push_back(unit * std::sqrt(leverage));
    curve.prediction.push_back(unit * std::sqrt(1 + leverage));
  }
  result.curve = std::move(curve);
  return result;
}

}  // namespace downhill::app
