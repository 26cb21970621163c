#pragma once
#include <cstdint>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace downhill::learn {

/// The fields of a protocol buffer message by number: nested ones as their bytes, whole numbers as they are.
struct ProtobufFields {
  std::map<unsigned, std::vector<std::string_view>> nested;
  std::map<unsigned, std::vector<std::uint64_t>> whole;

  explicit ProtobufFields(std::string_view bytes) {
    const auto varint = [&] {
      std::uint64_t number = 0;
      for (unsigned shift = 0;; shift += 7) {
        const auto byte = static_cast<unsigned char>(bytes.at(0));
        bytes.remove_prefix(1);
        number |= static_cast<std::uint64_t>(byte & 0x7FU) << shift;
        if (byte < 0x80) return number;
      }
    };
    while (!bytes.empty()) {
      const std::uint64_t key = varint();
      const auto field = static_cast<unsigned>(key / 8);
      switch (key % 8) {
        case 0: whole[field].push_back(varint()); break;
        case 1: bytes.remove_prefix(8); break;
        case 5: bytes.remove_prefix(4); break;
        case 2: {
          const std::uint64_t length = varint();
          if (length > bytes.size()) throw std::runtime_error("a field goes beyond its message");
          nested[field].push_back(bytes.substr(0, length));
          bytes.remove_prefix(length);
          break;
        }
        default: throw std::runtime_error("a field of an unknown kind");
      }
    }
  }
};

}  // namespace downhill::learn
