#include "support/files.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <optional>
#include <set>
#include <system_error>

namespace downhill {
namespace {

[[noreturn]] void fail(std::string_view operation, std::string_view verb, const std::string& path, int error) {
  throw InputError(
      fmt::format("{}: cannot {} '{}': {}", operation, verb, path, std::generic_category().message(error)));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool close_now() {
    const int number = number_;
    number_ = -1;
    return ::close(number) == 0;
  }

 private:
  int number_;
};

// False with errno set when the disk is full or the device failed.
bool write_all(int number, std::string_view content) {
  while (!content.empty()) {
    const ssize_t written = ::write(number, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

/// The file that `path` names at the end of its symbolic links, which need not exist.
std::string behind_links(std::string_view operation, const std::string& path) {
  std::filesystem::path at = path;
  std::error_code ignored;
  constexpr int most_links = 40;  // as the kernel follows
  for (int k = 0; std::filesystem::is_symlink(at, ignored); ++k) {
    if (k == most_links) fail(operation, "write", path, ELOOP);
    const std::filesystem::path target = std::filesystem::read_symlink(at, ignored);
    if (ignored) fail(operation, "write", path, ignored.value());
    at = at.parent_path() / target;
  }
  return at.string();
}

/// The process that was writing to `name` for `target`, `<target>.<process>-<number>.tmp`; none for another name.
std::optional<pid_t> writer_of(std::string_view name, std::string_view target) {
  constexpr std::string_view suffix = ".tmp";
  if (!name.starts_with(target) || !name.ends_with(suffix) || name.size() < target.size() + suffix.size())
    return std::nullopt;
  name.remove_prefix(target.size());
  name.remove_suffix(suffix.size());
  pid_t process = 0;
  unsigned number = 0;
  if (!name.starts_with('.')) return std::nullopt;
  const char* const end = name.data() + name.size();
  const auto first = std::from_chars(name.data() + 1, end, process);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-' || process <= 0) return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, number);
  if (second.ec != std::errc() || second.ptr != end) return std::nullopt;
  return process;
}

/// Removes what writers of this file left that were killed. Looks once for each file: the first time that this process writes it.
void remove_leftovers(const std::string& target) {
  static std::mutex mutex;
  static std::set<std::string> seen;
  {
    const std::lock_guard lock(mutex);
    if (!seen.insert(target).second) return;
  }
  const std::filesystem::path whole(target);
  const std::filesystem::path folder = whole.has_parent_path() ? whole.parent_path() : ".";
  std::error_code error;
  for (std::filesystem::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
    const std::optional<pid_t> writer = writer_of(at->path().filename().string(), whole.filename().string());
    if (writer && ::kill(*writer, 0) != 0 && errno == ESRCH) ::unlink(at->path().c_str());
  }
}

/// Writes to a device or a pipe, which cannot be replaced.
void write_through(std::string_view operation, const std::string& path, std::string_view content) {
  Descriptor device(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
  if (device.number() < 0 || !write_all(device.number(), content) || !device.close_now()) {
    fail(operation, "write", path, errno);
  }
}

}  // namespace

std::string read_file(std::string_view operation, const std::string& path, std::size_t most_bytes) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.number() < 0) fail(operation, "read", path, errno);
  struct stat status{};
  if (::fstat(file.number(), &status) != 0) fail(operation, "read", path, errno);
  if (S_ISDIR(status.st_mode)) fail(operation, "read", path, EISDIR);
  std::string content;
  if (S_ISREG(status.st_mode) && static_cast<std::size_t>(status.st_size) <= most_bytes) {
    content.reserve(static_cast<std::size_t>(status.st_size) + 1);
  }
  std::string buffer(std::size_t{1} << 16U, '\0');
  while (true) {
    const ssize_t count = ::read(file.number(), buffer.data(), buffer.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) fail(operation, "read", path, errno);
    if (count == 0) return content;
    content.append(buffer, 0, static_cast<std::size_t>(count));
    if (content.size() > most_bytes) {
      throw InputError(fmt::format("{}: '{}' is too large: more than {} bytes", operation, path, most_bytes));
    }
  }
}

void write_atomically(std::string_view operation, const std::string& path, std::string_view content) {
  struct stat status{};
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) fail(operation, "write", path, EISDIR);
    if (!S_ISREG(status.st_mode)) return write_through(operation, path, content);
  }
  static std::atomic<unsigned> counter{0};
  const std::string target = behind_links(operation, path);
  remove_leftovers(target);
  const std::string temporary = fmt::format("{}.{}-{}.tmp", target, ::getpid(), counter.fetch_add(1));
  Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) fail(operation, "write", path, errno);
  const bool is_written = write_all(file.number(), content) && ::fsync(file.number()) == 0 && file.close_now() &&
                          ::rename(temporary.c_str(), target.c_str()) == 0;
  if (is_written) return;
  const int error = errno;
  ::unlink(temporary.c_str());
  fail(operation, "write", path, error);
}

}  // namespace downhill
