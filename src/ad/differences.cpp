#include <downhill/gradient_check.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace downhill {
namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double smallest = 8 * std::numeric_limits<double>::denorm_min();  // what rounding is at least
constexpr double infinity = std::numeric_limits<double>::infinity();

struct Slope {
  double value = std::numeric_limits<double>::quiet_NaN();
  double error = infinity;
};

/// f along one coordinate, as a function of the displacement.
class Line {
 public:
  Line(const ScalarFunction& f, std::vector<double>& x, std::size_t k) : f_(f), x_(x), k_(k), start_(x[k]) {}
  ~Line() { x_[k_] = start_; }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  double at(double h) {
    x_[k_] = start_ + h;
    return f_(x_);
  }
  /// The displacement that is really made: start + h is rounded.
  [[nodiscard]] double made(double h) const {
    const volatile double moved = start_ + h;
    return moved - start_;
  }

 private:
  const ScalarFunction& f_;
  std::vector<double>& x_;
  std::size_t k_;
  double start_;
};

Slope forward_slope(Line& line, double f0, double scale) {
  const double h = line.made(std::sqrt(epsilon) * scale);
  const double f1 = line.at(h);
  return {(f1 - f0) / h, epsilon * (std::abs(f0) + std::abs(f1)) / h + std::sqrt(epsilon) * std::abs(f1 - f0) / h};
}

Slope central_slope(Line& line, double h) {
  const double up = line.made(h);
  const double down = line.made(-h);
  const double above = line.at(up);
  const double below = line.at(down);
  return {(above - below) / (up - down), (epsilon * (std::abs(above) + std::abs(below)) + smallest) / (up - down)};
}

/// Ridders' tableau: row i has step h/c^i, column j the j-th extrapolation.
Slope ridders_slope(Line& line, double h) {
  constexpr std::size_t rows = 10;
  constexpr double contraction = 1.4;
  constexpr double give_up = 2;  // the error has grown by this since its best
  std::array<std::array<double, rows>, rows> tableau{};
  Slope best;
  for (std::size_t i = 0, tries = 0; i < rows && tries < 3 * rows; ++tries, h /= contraction) {
    const Slope central = central_slope(line, h);
    if (!std::isfinite(central.value)) {
      i = 0;  // the step leaves the domain: start afresh closer by
      h /= 4;
      continue;
    }
    tableau[0][i] = central.value;
    double factor = contraction * contraction;
    if (i == 0 && !std::isfinite(best.value)) {
      best.value = central.value;
    }
    for (std::size_t j = 1; j <= i; ++j, factor *= contraction * contraction) {
      tableau[j][i] = (tableau[j - 1][i] * factor - tableau[j - 1][i - 1]) / (factor - 1);
      const double change =
          std::max(std::abs(tableau[j][i] - tableau[j - 1][i]), std::abs(tableau[j][i] - tableau[j - 1][i - 1]));
      if (change + central.error <= best.error) {
        best = {tableau[j][i], change + central.error};
      }
    }
    if (i > 0 && std::abs(tableau[i][i] - tableau[i - 1][i - 1]) >= give_up * best.error) {
      break;
    }
    ++i;
  }
  return best;
}

}  // namespace

DifferenceGradient difference_gradient(const ScalarFunction& f, std::span<const double> x, Differences differences) {
  std::vector<double> point(x.begin(), x.end());
  const double total = std::accumulate(x.begin(), x.end(), 0.0, [](double s, double v) { return s + std::abs(v); });
  const double mean = total > 0 && std::isfinite(total) ? total / static_cast<double>(x.size()) : 1.0;
  const double f0 = differences == Differences::forward ? f(point) : 0.0;
  DifferenceGradient result;
  for (std::size_t k = 0; k < x.size(); ++k) {
    const double scale = x[k] != 0 ? std::abs(x[k]) : mean;
    Line line(f, point, k);
    Slope slope;
    switch (differences) {
      case Differences::forward: slope = forward_slope(line, f0, scale); break;
      case Differences::central: {
        slope = central_slope(line, std::cbrt(epsilon) * scale);
        slope.error += std::pow(epsilon, 2.0 / 3.0) * std::abs(slope.value);
        break;
      }
      case Differences::ridders: slope = ridders_slope(line, 0.1 * scale); break;
    }
    if (!std::isfinite(slope.value)) {
      slope = {};
    }
    result.gradient.push_back(slope.value);
    result.error.push_back(slope.error);
  }
  return result;
}

}  // namespace downhill
