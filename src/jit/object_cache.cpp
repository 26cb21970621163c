#include "jit/object_cache.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <vector>

namespace downhill::jit {
namespace {

namespace fs = std::filesystem;

/// Precedes the object in its file.
struct Header {
  std::array<char, 16> magic{'d', 'o', 'w', 'n', 'h', 'i', 'l', 'l', ' ', 'o', 'b', 'j', 'e', 'c', 't', '1'};
  std::uint64_t key_high = 0;
  std::uint64_t key_low = 0;
  std::uint64_t workspace_bytes = 0;
  std::uint64_t object_bytes = 0;
  std::uint64_t checksum_high = 0;  // of the object
  std::uint64_t checksum_low = 0;
};

Header header_of(const Checksum& key, const CompiledProgram& program) {
  const std::span<const char> bytes = program.object.bytes();
  const Checksum sum = checksum({bytes.data(), bytes.size()});
  Header header;
  header.key_high = key.high;
  header.key_low = key.low;
  header.workspace_bytes = program.workspace_bytes;
  header.object_bytes = bytes.size();
  header.checksum_high = sum.high;
  header.checksum_low = sum.low;
  return header;
}

/// A file that is open for reading or writing, closed on the way out.
class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] bool is_open() const { return number_ >= 0; }
  [[nodiscard]] int number() const { return number_; }

  [[nodiscard]] bool read(void* data, std::size_t bytes) const {
    auto* at = static_cast<char*>(data);
    while (bytes > 0) {
      const ssize_t got = ::read(number_, at, bytes);
      if (got <= 0) return false;
      at += got;
      bytes -= static_cast<std::size_t>(got);
    }
    return true;
  }
  [[nodiscard]] bool write(const void* data, std::size_t bytes) const {
    const auto* at = static_cast<const char*>(data);
    while (bytes > 0) {
      const ssize_t put = ::write(number_, at, bytes);
      if (put <= 0) return false;
      at += put;
      bytes -= static_cast<std::size_t>(put);
    }
    return true;
  }

 private:
  int number_;
};

constexpr std::string_view temporary_mark = ".tmp-";

}  // namespace

ObjectCache::ObjectCache(std::string directory, std::uint64_t most_bytes)
    : directory_(std::move(directory)), most_bytes_(most_bytes) {
  std::error_code ignored;
  if (fs::exists(directory_, ignored)) return;
  fs::create_directories(fs::path(directory_).parent_path(), ignored);
  ::mkdir(directory_.c_str(), 0700);
}

std::string ObjectCache::path(const Checksum& key) const { return directory_ + "/" + key.hex() + ".o"; }

bool ObjectCache::is_safe() const {
  struct stat status{};
  if (::stat(directory_.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) return false;
  return status.st_uid == ::geteuid() && (status.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

std::optional<CompiledProgram> ObjectCache::find(const Checksum& key) const noexcept {
  try {
    if (!is_safe()) return std::nullopt;
    const std::string file = path(key);
    const Descriptor input(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    struct stat status{};
    Header header;
    if (!input.is_open() || ::fstat(input.number(), &status) != 0 || !input.read(&header, sizeof header))
      return std::nullopt;
    const Header expected;
    const bool right = header.magic == expected.magic && header.key_high == key.high && header.key_low == key.low &&
                       static_cast<std::uint64_t>(status.st_size) == sizeof header + header.object_bytes;
    if (!right) return std::nullopt;
    std::vector<char> bytes(header.object_bytes);
    if (!input.read(bytes.data(), bytes.size())) return std::nullopt;
    if (checksum({bytes.data(), bytes.size()}) != Checksum{header.checksum_high, header.checksum_low})
      return std::nullopt;
    // The time of the last use, to the hour, decides what goes first.
    constexpr std::int64_t hour = 3600;
    if (::time(nullptr) - status.st_mtime > hour) ::utimensat(AT_FDCWD, file.c_str(), nullptr, 0);
    return CompiledProgram{Object(std::move(bytes)), header.workspace_bytes};
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

void ObjectCache::store(const Checksum& key, const CompiledProgram& program) const noexcept {
  try {
    const Header header = header_of(key, program);
    if (!is_safe() || sizeof header + header.object_bytes > most_bytes_) return;
    const std::string file = path(key);
    std::string temporary = file + std::string(temporary_mark) + "XXXXXX";
    {
      const Descriptor output(::mkostemp(temporary.data(), O_CLOEXEC));
      if (!output.is_open()) return;
      const std::span<const char> bytes = program.object.bytes();
      if (!output.write(&header, sizeof header) || !output.write(bytes.data(), bytes.size())) {
        ::unlink(temporary.c_str());
        return;
      }
    }
    if (::rename(temporary.c_str(), file.c_str()) != 0) ::unlink(temporary.c_str());
    // A look at the directory after the first file, and then whenever a sixteenth of the bound has been written.
    const std::uint64_t bytes = sizeof header + header.object_bytes;
    const std::uint64_t before = written_.fetch_add(bytes);
    if (before == 0 || before / (most_bytes_ / 16 + 1) != (before + bytes) / (most_bytes_ / 16 + 1)) evict();
  } catch (const std::exception&) {
    return;
  }
}

void ObjectCache::evict() const {
  struct Entry {
    fs::file_time_type used;
    std::uint64_t bytes;
    fs::path path;
  };
  std::vector<Entry> entries;
  std::uint64_t total = 0;
  std::error_code error;
  const auto now = fs::file_time_type::clock::now();
  for (fs::directory_iterator it(directory_, error), end; !error && it != end; it.increment(error)) {
    std::error_code gone;  // another process may remove files meanwhile
    const fs::file_time_type used = it->last_write_time(gone);
    const std::uint64_t bytes = it->file_size(gone);
    if (gone) continue;
    const std::string name = it->path().filename().string();
    if (name.find(temporary_mark) != std::string::npos) {
      // Left by a process that died while writing.
      if (now - used > std::chrono::hours(1)) fs::remove(it->path(), gone);
    } else if (name.ends_with(".o")) {
      entries.push_back({used, bytes, it->path()});
      total += bytes;
    }
  }
  if (total <= most_bytes_) return;
  std::ranges::sort(entries, {}, &Entry::used);
  for (const Entry& entry : entries) {
    if (total <= most_bytes_ / 4 * 3) return;
    std::error_code gone;
    fs::remove(entry.path, gone);
    total -= entry.bytes;
  }
}

}  // namespace downhill::jit
