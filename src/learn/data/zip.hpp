#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace downhill::learn {

/// A file within a zip archive, unpacked.
struct ZipMember {
  std::string name;
  std::string bytes;
};

/// All files of a zip archive, stored or deflated, each checked by its CRC-32. Format: PKWARE, APPNOTE.TXT 6.3, sections 4.3 and 4.4.
/// Throws InputError `data: '<name>' …` for damage, other methods, encryption, parts above 4 GiB and more than `most` bytes in all.
[[nodiscard]] std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& name, std::size_t most);

}  // namespace downhill::learn
