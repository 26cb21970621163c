#include "optimize/draws.hpp"

#include <Random123/philox.h>

#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

double Draws::symmetric() {
  const r123::Philox4x64::ctr_type counter{{position_ / 4, 0, 0, 0}};
  const r123::Philox4x64::key_type key{{seed_, stream_}};
  const std::uint64_t bits = r123::Philox4x64{}(counter, key)[position_ % 4];
  ++position_;
  return static_cast<double>(static_cast<std::int64_t>(bits >> 11) - (std::int64_t{1} << 52)) * 0x1p-52;
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
