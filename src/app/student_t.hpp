#pragma once

/// Student's t distribution, for intervals.
namespace downhill::app {

/// The probability of |T| > t for t >= 0 with `degrees` > 0 of freedom. Relative error below 1e-11 up to
/// a million degrees.
/// Continued fraction of the incomplete beta function: NIST Digital Library of Mathematical Functions, 8.17.22.
[[nodiscard]] double two_sided_tail(double t, double degrees);

/// The t with probability `level`, in (0, 1), of |T| <= t: 2.228 for 0.95 with 10 degrees of freedom. NaN for degrees <= 0.
/// Above a million degrees from the normal distribution: Abramowitz & Stegun, Handbook of Mathematical Functions, 26.7.5.
[[nodiscard]] double student_t(double level, double degrees);

}  // namespace downhill::app
