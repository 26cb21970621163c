#pragma once
#include <bit>
#include <cmath>
#include <cstdint>

namespace downhill::optimize {

/// 2^exponent, a normal number: |exponent| <= 1000.
[[nodiscard]] inline double power_of_two(int exponent) {
  return std::bit_cast<double>(static_cast<std::uint64_t>(exponent + 1023) << 52U);
}

/// value 2^exponent, rounded once where that is subnormal: std::ldexp without the call.
[[nodiscard]] inline double times_power_of_two(double value, int exponent) {
  return exponent >= -1000 && exponent <= 1000 ? value * power_of_two(exponent) : std::ldexp(value, exponent);
}

}  // namespace downhill::optimize
