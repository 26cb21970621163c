#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace downhill::ir {

/// Mixes `value` into `seed` (the finaliser of splitmix64, Steele et al. 2014): stable between runs and machines.
inline std::uint64_t mix(std::uint64_t seed, std::uint64_t value) {
  std::uint64_t z = (seed ^ value) + 0x9e3779b97f4a7c15ULL;
  z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31U);
}

inline std::uint64_t hash_bytes(const void* data, std::size_t bytes, std::uint64_t seed = 0) {
  const auto* p = static_cast<const unsigned char*>(data);
  std::uint64_t h = mix(seed, bytes);
  while (bytes >= 8) {
    std::uint64_t word = 0;
    std::memcpy(&word, p, 8);
    h = mix(h, word);
    p += 8;
    bytes -= 8;
  }
  std::uint64_t rest = 0;
  if (bytes > 0) {
    std::memcpy(&rest, p, bytes);
  }
  return mix(h, rest);
}

inline std::uint64_t hash_text(std::string_view text, std::uint64_t seed = 0) {
  return hash_bytes(text.data(), text.size(), seed);
}

}  // namespace downhill::ir
