#include "learn/data/zip.hpp"

#include <fmt/format.h>
#include <zlib.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cstdint>

#include "learn/data/inflate.hpp"

namespace downhill::learn {
namespace {

constexpr std::uint32_t local_mark = 0x04034b50;
constexpr std::uint32_t entry_mark = 0x02014b50;
constexpr std::uint32_t end_mark = 0x06054b50;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t entry_bytes = 46;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t longest_comment = 0xFFFF;
constexpr std::uint32_t in_zip64 = 0xFFFFFFFF;
constexpr unsigned stored = 0;
constexpr unsigned deflated = 8;

class Archive {
 public:
  Archive(std::string_view bytes, const std::string& name, std::size_t most)
      : bytes_(bytes), name_(name), left_(most) {}

  std::vector<ZipMember> members() {
    const std::size_t end = find_end();
    const std::size_t count = number(end + 10, 2);
    std::size_t at = number(end + 16, 4);
    std::vector<ZipMember> result;
    for (std::size_t k = 0; k < count; ++k) {
      if (number(at, 4) != entry_mark)
        refuse(fmt::format("is damaged: entry {} of {} is not where it should be", k + 1, count));
      const std::size_t name_length = number(at + 28, 2);
      result.push_back(member(at, std::string(part(at + entry_bytes, name_length))));
      at += entry_bytes + name_length + number(at + 30, 2) + number(at + 32, 2);
    }
    return result;
  }

 private:
  [[noreturn]] void refuse(const std::string& what) const {
    throw InputError(fmt::format("data: '{}' {}", name_, what));
  }

  [[nodiscard]] std::string_view part(std::size_t at, std::size_t length) const {
    if (at > bytes_.size() || length > bytes_.size() - at) {
      refuse(fmt::format("is cut short: {} bytes where byte {} is needed", bytes_.size(), at + length));
    }
    return bytes_.substr(at, length);
  }
  [[nodiscard]] std::uint32_t number(std::size_t at, std::size_t length) const {
    std::uint32_t result = 0;
    const std::string_view from = part(at, length);
    for (std::size_t k = length; k > 0; --k) result = (result << 8U) | static_cast<unsigned char>(from[k - 1]);
    return result;
  }

  // The end of the archive is found from behind, for a comment may follow it (4.3.16).
  [[nodiscard]] std::size_t find_end() const {
    if (bytes_.size() >= end_bytes) {
      const std::size_t last = bytes_.size() - end_bytes;
      const std::size_t first = last - std::min(last, longest_comment);
      for (std::size_t at = last + 1; at > first; --at) {
        if (number(at - 1, 4) == end_mark) return at - 1;
      }
    }
    refuse("is cut short or no zip archive: it has no table of contents at its end");
  }

  ZipMember member(std::size_t entry, std::string name) {
    const std::uint32_t packed = number(entry + 20, 4);
    const std::uint32_t size = number(entry + 24, 4);
    const std::uint32_t local = number(entry + 42, 4);
    if (packed == in_zip64 || size == in_zip64 || local == in_zip64)
      refuse(fmt::format("holds {} of 4 GiB or more", name));
    if ((number(entry + 8, 2) & 1U) != 0) refuse(fmt::format("holds {}, which is encrypted", name));
    if (size > left_) refuse(fmt::format("is too large: {} unpacks to {} bytes, {} are left", name, size, left_));
    left_ -= size;
    if (number(local, 4) != local_mark) refuse(fmt::format("is damaged: {} does not begin at byte {}", name, local));
    const std::size_t begin = local + local_bytes + number(local + 26, 2) + number(local + 28, 2);
    const std::string_view content = part(begin, packed);
    const unsigned method = number(entry + 10, 2);
    ZipMember result{std::move(name), {}};
    if (method == deflated) {
      result.bytes = inflate(content, Packing::deflate, fmt::format("{}:{}", name_, result.name), size);
    } else if (method == stored) {
      result.bytes = content;
    } else {
      refuse(fmt::format("holds {} packed by method {}: 0 (stored) or 8 (deflated) is needed", result.name, method));
    }
    if (result.bytes.size() != size) {
      refuse(fmt::format("is damaged: {} has {} bytes where {} are announced", result.name, result.bytes.size(), size));
    }
    const std::uint32_t wanted = number(entry + 16, 4);
    const auto found = static_cast<std::uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(result.bytes.data()), result.bytes.size()));
    if (found != wanted) {
      refuse(
          fmt::format("is damaged: {} has the checksum {:08x} where {:08x} is announced", result.name, found, wanted));
    }
    return result;
  }

  std::string_view bytes_;
  const std::string& name_;
  std::size_t left_;
};

}  // namespace

std::vector<ZipMember> read_zip(std::string_view bytes, const std::string& name, std::size_t most) {
  return Archive(bytes, name, most).members();
}

}  // namespace downhill::learn
