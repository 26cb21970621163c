#include "learn/data/byte_numbers.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

#include "support/large_pages.hpp"

namespace downhill::learn {
namespace {

// How often each number of a byte occurs.
std::array<double, 256> counts_of(const std::vector<std::uint8_t>& bytes) {
  constexpr std::size_t strands = 4;  // so that neighbours that are equal do not wait for each other
  std::array<std::array<std::uint64_t, 256>, strands> counts{};
  for (std::size_t k = 0; k < bytes.size(); ++k) ++counts[k % strands][bytes[k]];
  std::array<double, 256> result{};
  for (const auto& strand : counts) {
    for (std::size_t b = 0; b < strand.size(); ++b) result[b] += static_cast<double>(strand[b]);
  }
  return result;
}

}  // namespace

std::array<float, 256> numbers_of(const ByteNumbers& packed) {
  std::array<float, 256> numbers{};
  for (std::size_t b = 0; b < numbers.size(); ++b) {
    numbers[b] = (static_cast<float>(b) - packed.mean) / packed.deviation;
  }
  return numbers;
}

void unpack(DataSet& data) {
  if (data.packed.bytes.empty()) return;
  const std::array<float, 256> numbers = numbers_of(data.packed);
  reserve_in_large_pages(data.features, data.packed.bytes.size());
  data.features.resize(data.packed.bytes.size());
  std::ranges::transform(data.packed.bytes, data.features.begin(), [&](std::uint8_t b) { return numbers[b]; });
  data.packed = {};
}

Normalisation measure_overall(const ByteNumbers& packed, Scaling scaling) {
  const std::array<double, 256> counts = counts_of(packed.bytes);
  const std::array<float, 256> numbers = numbers_of(packed);
  if (scaling == Scaling::range) {
    float lowest = std::numeric_limits<float>::infinity();
    float highest = -lowest;
    for (std::size_t b = 0; b < counts.size(); ++b) {
      if (counts[b] == 0) continue;
      lowest = std::min(lowest, numbers[b]);
      highest = std::max(highest, numbers[b]);
    }
    return {{lowest}, {highest > lowest ? highest - lowest : 1.0F}};
  }
  const auto all = static_cast<double>(packed.bytes.size());
  double mean = 0;
  for (std::size_t b = 0; b < counts.size(); ++b) mean += counts[b] * static_cast<double>(numbers[b]);
  mean /= all;
  double variance = 0;
  for (std::size_t b = 0; b < counts.size(); ++b) {
    const double away = static_cast<double>(numbers[b]) - mean;
    variance += counts[b] * (away * away);
  }
  variance /= all;
  return {{static_cast<float>(mean)}, {variance > 0 ? static_cast<float>(std::sqrt(variance)) : 1.0F}};
}

}  // namespace downhill::learn
