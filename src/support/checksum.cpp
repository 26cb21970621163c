#include "support/checksum.hpp"

#include <fmt/format.h>

#include <bit>
#include <cstring>

namespace downhill {
namespace {

// Odd constants: the fractional parts of sqrt(2) and sqrt(3).
constexpr std::uint64_t first_factor = 0x6a09e667f3bcc909ULL;
constexpr std::uint64_t second_factor = 0xbb67ae8584caa73bULL;

std::uint64_t read_word(const char* bytes) {
  std::uint64_t word = 0;
  std::memcpy(&word, bytes, sizeof word);
  if constexpr (std::endian::native == std::endian::big) word = __builtin_bswap64(word);
  return word;
}

// Each step is a bijection of the state for given words, and of the words for a given state.
struct State {
  std::uint64_t a;
  std::uint64_t b;

  void add(std::uint64_t first, std::uint64_t second) {
    a = std::rotl((a ^ first) * first_factor, 31) + b;
    b = std::rotl((b ^ second) * second_factor, 29) + a;
  }
};

// The finalizer of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, OOPSLA 2014).
std::uint64_t avalanche(std::uint64_t word) {
  word = (word ^ (word >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  word = (word ^ (word >> 27U)) * 0x94d049bb133111ebULL;
  return word ^ (word >> 31U);
}

}  // namespace

std::string Checksum::hex() const { return fmt::format("{:016x}{:016x}", high, low); }

Checksum checksum(std::string_view bytes) {
  State state{first_factor, second_factor};
  const std::uint64_t length = bytes.size();
  for (; bytes.size() >= 16; bytes.remove_prefix(16)) state.add(read_word(bytes.data()), read_word(bytes.data() + 8));
  char rest[16] = {};
  if (!bytes.empty()) std::memcpy(rest, bytes.data(), bytes.size());
  state.add(read_word(rest), read_word(rest + 8));
  state.add(length, ~length);
  const std::uint64_t high = avalanche(state.a + state.b);
  return {high, avalanche(state.b + high)};
}

}  // namespace downhill
