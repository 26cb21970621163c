#include "app/student_t.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace downhill::app {
namespace {

// Γ(a + 1/2) / Γ(a): by its asymptotic series above 100, from there down by ratio(a) = ratio(a + 1) a / (a + 1/2).
double gamma_ratio(double a) {
  double factor = 1;
  for (; a < 100; a += 1) factor *= a / (a + 0.5);
  const double h = 1 / a;
  const double series =
      1 + h * (-1.0 / 8 + h * (1.0 / 128 + h * (5.0 / 1024 + h * (-21.0 / 32768 + h * (-399.0 / 262144)))));
  return factor * std::sqrt(a) * series;
}

// The continued fraction 8.17.22 of I_x(a, b) a B(a, b) / (x^a (1-x)^b), by Lentz's method.
double beta_fraction(double a, double b, double x) {
  constexpr double tiny = 1e-300;
  double c = 1, d = 1 - (a + b) * x / (a + 1);
  d = 1 / (std::abs(d) < tiny ? tiny : d);
  double result = d;
  for (int m = 1; m < 100000; ++m) {
    const auto k = static_cast<double>(m);
    for (const double term : {k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
                              -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))}) {
      d = 1 + term * d;
      c = 1 + term / c;
      d = 1 / (std::abs(d) < tiny ? tiny : d);
      if (std::abs(c) < tiny) c = tiny;
      result *= c * d;
    }
    if (std::abs(c * d - 1) < std::numeric_limits<double>::epsilon()) break;
  }
  return result;
}

// The density of t relative to its value at 0, and that value.
double decline(double t, double degrees) { return std::exp(-0.5 * (degrees + 1) * std::log1p(t * (t / degrees))); }
double density_at_zero(double degrees) { return gamma_ratio(0.5 * degrees) / std::sqrt(degrees * std::numbers::pi); }

// The t with tail(t) = 1 - level. The tail falls and is convex: Newton's method from the left goes to the right without passing the root.
template <class Tail, class Density>
double quantile(double level, const Tail& tail, const Density& density) {
  double t = 0;
  for (int iteration = 0; iteration < 1000; ++iteration) {
    const double step = (tail(t) - (1 - level)) / (2 * density(t));
    t = std::max(0.0, t + step);
    if (std::abs(step) <= 4 * std::numeric_limits<double>::epsilon() * t) break;
  }
  return t;
}

}  // namespace

// P(|T| > t) = I_x(ν/2, 1/2), x = ν / (ν + t²), for which x^a (1-x)^b / B(a, b) is t times the density.
double two_sided_tail(double t, double degrees) {
  const double a = 0.5 * degrees;
  const double far = t * (t / degrees);  // (1 - x) / x
  const double x = 1 / (1 + far);
  const double density = decline(t, degrees) * density_at_zero(degrees);
  if (t == 0) return 1;
  if (x < (a + 1) / (a + 2.5)) return 2 * t * density / degrees * beta_fraction(a, 0.5, x);
  return 1 - 2 * t * density * beta_fraction(0.5, a, far * x);
}

double student_t(double level, double degrees) {
  if (!(degrees > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (degrees <= 1e6) {
    const double top = density_at_zero(degrees);
    return quantile(
        level, [&](double t) { return two_sided_tail(t, degrees); },
        [&](double t) { return decline(t, degrees) * top; });
  }
  const double z = quantile(
      level, [](double t) { return std::erfc(t / std::numbers::sqrt2); },
      [](double t) { return std::exp(-0.5 * t * t) / std::sqrt(2 * std::numbers::pi); });
  return z + z * (z * z + 1) / (4 * degrees);
}

}  // namespace downhill::app
