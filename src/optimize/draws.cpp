#include "optimize/draws.hpp"

#include <Random123/philox.h>

#include <cmath>
#include <numbers>

#include "ir/scalar.hpp"
#include "ops/formula/logarithm.hpp"
#include "ops/formula/trigonometric.hpp"
#include "optimize/norms.hpp"

namespace downhill::optimize {

std::uint64_t Draws::bits() {
  if (position_ / 4 != block_number_) {
    block_number_ = position_ / 4;
    const r123::Philox4x64::ctr_type counter{{block_number_, 0, 0, 0}};
    const r123::Philox4x64::key_type key{{seed_, stream_}};
    const auto block = r123::Philox4x64{}(counter, key);
    block_ = {block[0], block[1], block[2], block[3]};
  }
  return block_[position_++ % 4];
}

double Draws::symmetric() {
  return static_cast<double>(static_cast<std::int64_t>(bits() >> 11) - (std::int64_t{1} << 52)) * 0x1p-52;
}

double Draws::uniform() { return static_cast<double>(bits() >> 11) * 0x1p-53; }

// The high half of the product of 64 bits with count, from 32-bit halves.
std::uint64_t Draws::below(std::uint64_t count) {
  const std::uint64_t drawn = bits();
  const std::uint64_t mask = 0xffffffffU;
  const std::uint64_t low = (drawn & mask) * (count & mask);
  const std::uint64_t first = (drawn >> 32) * (count & mask) + (low >> 32);
  const std::uint64_t second = (drawn & mask) * (count >> 32) + (first & mask);
  return (drawn >> 32) * (count >> 32) + (first >> 32) + (second >> 32);
}

double Draws::normal() {
  const double radius = std::sqrt(-2.0 * scalar::log(1.0 - uniform()));
  return radius * scalar::cos(2 * std::numbers::pi * uniform());
}

// Each entry is a sum of six even numbers, close to normal and free of library functions whose bits differ between machines.
void Draws::direction(std::span<double> v) {
  double length = 0;
  while (!(length > 0)) {
    for (double& entry : v) {
      entry = 0;
      for (int k = 0; k < 6; ++k) entry += symmetric();
    }
    length = norm(v);
  }
  for (double& entry : v) entry /= length;
}

}  // namespace downhill::optimize
