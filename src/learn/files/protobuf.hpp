#pragma once
#include <cstdint>
#include <string>
#include <string_view>

/// The wire format of protocol buffers: fields one after the other, each with its number and kind in front.
/// Reference: Protocol Buffers Documentation, Encoding.
namespace downhill::learn::protobuf {

/// The field of a whole number (int64, uint64, an enum), of a double, a float, and of a text, bytes or message within.
[[nodiscard]] std::string whole(unsigned field, std::uint64_t number);
[[nodiscard]] std::string wide(unsigned field, double number);
[[nodiscard]] std::string narrow(unsigned field, float number);
[[nodiscard]] std::string nested(unsigned field, std::string_view content);

}  // namespace downhill::learn::protobuf
