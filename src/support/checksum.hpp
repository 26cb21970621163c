#pragma once
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

/// A 128-bit checksum of bytes: names files in caches and finds damage. Not a protection against an attacker.
namespace downhill {

struct Checksum {
  std::uint64_t high = 0;
  std::uint64_t low = 0;

  auto operator<=>(const Checksum&) const = default;
  /// 32 hexadecimal digits.
  [[nodiscard]] std::string hex() const;
};

/// The same on every machine. Two texts of the same length that differ within one block of 16 bytes never collide.
[[nodiscard]] Checksum checksum(std::string_view bytes);

}  // namespace downhill
