#include "optimize/doctor/slopes.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr int most_steps = 14;
constexpr std::size_t most_extrapolations = 3;
constexpr double least_step = 0x1p-36;  // of the first: shorter ones are lost in the rounding of x, and no bound is met
constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double smallest = 8 * std::numeric_limits<double>::denorm_min();  // what rounding is at least

}  // namespace

LineSlopes slopes_along(const OnLine& at, std::size_t m, double first_step, std::span<const double> wanted,
                        double noise) {
  LineSlopes best{std::vector<double>(m, std::numeric_limits<double>::quiet_NaN()),
                  std::vector<double>(m, std::numeric_limits<double>::infinity())};
  std::vector<std::vector<double>> before, now;  // row of the tableau: extrapolation, number
  std::vector<double> ahead(m), behind(m);
  double h = first_step;
  for (int k = 0; k < most_steps && h >= least_step * first_step; ++k, h /= 4) {
    if (!at(h, ahead) || !at(-h, behind) || !is_finite(ahead) || !is_finite(behind)) {
      before.clear();
      h /= 4;
      continue;
    }
    now.assign(std::min(before.size() + 1, most_extrapolations + 1), std::vector<double>(m));
    bool is_enough = true;
    for (std::size_t c = 0; c < m; ++c) {
      now[0][c] = (ahead[c] - behind[c]) / (2 * h);
      const double rounding = (epsilon * (std::abs(ahead[c]) + std::abs(behind[c])) + noise + smallest) / h;
      if (std::isnan(best.slope[c])) best.slope[c] = now[0][c];
      double factor = 16;
      for (std::size_t j = 1; j < now.size(); ++j, factor *= 16) {
        now[j][c] = (now[j - 1][c] * factor - before[j - 1][c]) / (factor - 1);
        const double change = std::max(std::abs(now[j][c] - now[j - 1][c]), std::abs(now[j][c] - before[j - 1][c]));
        if (change + rounding < best.error[c]) {
          best.slope[c] = now[j][c];
          best.error[c] = change + rounding;
        }
      }
      is_enough = is_enough && best.error[c] <= wanted[c];
    }
    if (is_enough) break;
    before = now;
  }
  return best;
}

SlopeRange slope_range(const std::function<double(double t)>& f, double length, double noise) {
  SlopeRange best;
  const double center = f(0);
  for (int k = 4; k <= 44; k += 2) {
    const double h = std::ldexp(length, -k);
    const double ahead = f(h), behind = f(-h);
    if (!std::isfinite(ahead) || !std::isfinite(behind)) continue;
    const double right = (ahead - center) / h, left = (center - behind) / h;
    const double size = std::max({std::abs(ahead), std::abs(behind), std::abs(center)});
    const double blur = 4 * (epsilon * size + noise + smallest) / h;
    const double width = std::abs(right - left);
    const SlopeRange range{std::min(left, right) - blur - 0.5 * width, std::max(left, right) + blur + 0.5 * width};
    if (range.highest - range.lowest < best.highest - best.lowest) best = range;
  }
  return best;
}

}  // namespace downhill::optimize
