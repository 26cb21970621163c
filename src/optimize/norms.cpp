#include "optimize/norms.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace downhill::optimize {
namespace {

// 2 to the power of minus this is a number, and numbers near it have squares that are.
constexpr int least_exponent = -1000;

}  // namespace

double largest(std::span<const double> v) {
  double result = 0;
  for (const double entry : v) {
    if (std::isnan(entry)) return entry;
    if (std::abs(entry) > result) result = std::abs(entry);
  }
  return result;
}

double norm(std::span<const double> v) {
  const double top = largest(v);
  if (!(top > 0) || std::isinf(top)) return top;
  const int exponent = std::clamp(std::ilogb(top), least_exponent, -least_exponent);
  const double factor = std::ldexp(1.0, -exponent);
  double sum = 0;
  for (const double entry : v) {
    const double scaled = entry * factor;
    sum += scaled * scaled;
  }
  return std::ldexp(std::sqrt(sum), exponent);
}

double dot(std::span<const double> a, std::span<const double> b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum;
}

bool is_finite(std::span<const double> v) {
  for (const double entry : v) {
    if (!std::isfinite(entry)) return false;
  }
  return true;
}

}  // namespace downhill::optimize
