#pragma once
#include <string>
#include <string_view>

namespace downhill {

/// The SHA-256 digest of bytes as 64 hexadecimal digits, for files whose digest others publish.
/// Reference: FIPS 180-4, section 6.2. Cost: about 5 ns a byte.
[[nodiscard]] std::string sha256(std::string_view bytes);

}  // namespace downhill
