#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace downhill::learn {

/// Whether the bytes begin as a gzip file does.
[[nodiscard]] bool is_gzip(std::string_view bytes);

enum class Packing : std::uint8_t {
  gzip,     ///< RFC 1952
  deflate,  ///< RFC 1951, as in a zip archive
};

/// What was packed, by zlib. Throws InputError `data: '<name>' …` for damage, a missing end, or more than `most` bytes.
[[nodiscard]] std::string inflate(std::string_view bytes, Packing packing, const std::string& name, std::size_t most);

/// The content of a file, unpacked if it is a gzip file. Throws InputError also where it cannot be read.
[[nodiscard]] std::string read_unpacked(const std::string& path);

/// Above this nothing is read.
inline constexpr std::size_t most_data_bytes = std::size_t{1} << 34U;

}  // namespace downhill::learn
