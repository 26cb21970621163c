#include "learn/files/protobuf.hpp"

#include <bit>
#include <cstring>

namespace downhill::learn::protobuf {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are written as they lie in memory");

template <class T>
std::string bytes_of(T number) {
  std::string bytes(sizeof(T), '\0');
  std::memcpy(bytes.data(), &number, sizeof(T));
  return bytes;
}

std::string varint(std::uint64_t number) {
  std::string bytes;
  while (number >= 0x80U) {
    bytes += static_cast<char>((number & 0x7FU) | 0x80U);
    number >>= 7U;
  }
  return bytes + static_cast<char>(number);
}
std::string key(unsigned field, unsigned wire) { return varint(field * 8U + wire); }

}  // namespace

std::string whole(unsigned field, std::uint64_t number) { return key(field, 0) + varint(number); }
std::string wide(unsigned field, double number) { return key(field, 1) + bytes_of(number); }
std::string narrow(unsigned field, float number) { return key(field, 5) + bytes_of(number); }
std::string nested(unsigned field, std::string_view content) {
  return (key(field, 2) + varint(content.size())).append(content);
}

}  // namespace downhill::learn::protobuf
