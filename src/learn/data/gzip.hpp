#pragma once
#include <string>
#include <string_view>

namespace downhill::learn {

/// Whether the bytes begin as a gzip file does.
[[nodiscard]] bool is_gzip(std::string_view bytes);

/// What a gzip file holds (RFC 1952), by zlib. Throws InputError `data: '<name>' …` for damage, a missing end, or more than `most`
/// bytes.
[[nodiscard]] std::string inflate_gzip(std::string_view bytes, const std::string& name, std::size_t most);

}  // namespace downhill::learn
