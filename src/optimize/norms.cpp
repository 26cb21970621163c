#include "optimize/norms.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>

#include "optimize/lane_sum.hpp"
#include "optimize/power_of_two.hpp"

namespace downhill::optimize {
namespace {

// 2 to the power of minus this is a number, and numbers near it have squares that are.
constexpr int least_exponent = -1000;
// Between these a sum of squares has lost nothing by underflow that it would keep if the entries were of size 1.
constexpr double smallest_sum = 0x1p-800, largest_sum = 0x1p1000;
constexpr std::size_t lanes = 8;  // of lane_sum; fewer numbers are summed in index order

double largest_of_few(std::span<const double> v) {
  double result = 0;
  for (const double entry : v) {
    if (std::isnan(entry)) return entry;
    result = std::abs(entry) > result ? std::abs(entry) : result;
  }
  return result;
}

}  // namespace

double largest(std::span<const double> v) {
  if (v.size() < lanes) return largest_of_few(v);
  std::array<double, lanes> most{};
  const std::size_t whole = v.size() - v.size() % lanes;
  for (std::size_t i = 0; i < whole; i += lanes) {
    for (std::size_t j = 0; j < lanes; ++j) {
      const double size = std::abs(v[i + j]);
      most[j] = size > most[j] ? size : most[j];
    }
  }
  double result = 0;
  for (const double size : most) result = size > result ? size : result;
  for (std::size_t i = whole; i < v.size(); ++i) result = std::abs(v[i]) > result ? std::abs(v[i]) : result;
  if (is_finite(v)) return result;
  for (const double entry : v) {
    if (std::isnan(entry)) return entry;
  }
  return result;
}

int exponent_of_size(double size) {
  const auto exponent = static_cast<int>((std::bit_cast<std::uint64_t>(size) >> 52U) & 0x7ffU);
  if (exponent > 0 && exponent < 0x7ff) return exponent - 1023;
  return size == 0 || exponent == 0x7ff ? 0 : std::ilogb(size);
}

double norm(std::span<const double> v) {
  const double squares = dot(v, v);
  if (squares > smallest_sum && squares < largest_sum) return std::sqrt(squares);
  const double top = largest(v);
  if (!(top > 0) || std::isinf(top)) return top;
  const int exponent = std::clamp(std::ilogb(top), least_exponent, -least_exponent);
  const double factor = std::ldexp(1.0, -exponent);
  const double sum = lane_sum(v.size(), [&](std::size_t i) { return (v[i] * factor) * (v[i] * factor); });
  return std::ldexp(std::sqrt(sum), exponent);
}

double dot(std::span<const double> a, std::span<const double> b) {
  if (a.size() < lanes) {
    double sum = 0;
    for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
    return sum;
  }
  return lane_sum(a.size(), [a, b](std::size_t i) { return a[i] * b[i]; });
}

bool is_finite(std::span<const double> v) {
  if (v.size() < lanes) {
    double sum = 0;
    for (const double entry : v) sum += entry - entry;
    return sum == 0;
  }
  return lane_sum(v.size(), [v](std::size_t i) { return v[i] - v[i]; }) == 0;  // NaN for NaN and infinity
}

void scale(std::span<double> v, int exponent) {
  if (exponent == 0) return;
  if (std::abs(exponent) > -least_exponent) {
    for (double& entry : v) entry = std::ldexp(entry, exponent);
    return;
  }
  const double factor = power_of_two(exponent);
  for (double& entry : v) entry *= factor;
}

}  // namespace downhill::optimize
