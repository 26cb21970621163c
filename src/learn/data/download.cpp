#include "learn/data/download.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>
#include <vector>

#include "support/files.hpp"
#include "support/sha256.hpp"

extern char** environ;

namespace downhill::learn {
namespace {

constexpr std::size_t most_bytes = std::size_t{1} << 30U;

/// A pipe whose ends close by themselves and are not inherited.
class Pipe {
 public:
  Pipe() {
    if (::pipe2(ends_.data(), O_CLOEXEC) != 0) {
      throw InputError(fmt::format("data: cannot start curl: {}", std::generic_category().message(errno)));
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(0);
    close_end(1);
  }
  [[nodiscard]] int writing() const { return ends_[1]; }
  void close_writing() { close_end(1); }

  // Up to `most` bytes; what comes after is left.
  std::string read_all(std::size_t most) {
    std::string result;
    std::vector<char> part(std::size_t{1} << 16U);
    while (result.size() < most) {
      const ssize_t count = ::read(ends_[0], part.data(), part.size());
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) break;
      result.append(part.data(), static_cast<std::size_t>(count));
    }
    close_end(0);
    return result;
  }

 private:
  void close_end(std::size_t k) {
    if (ends_[k] >= 0) ::close(ends_[k]);
    ends_[k] = -1;
  }
  std::array<int, 2> ends_{-1, -1};
};

struct Fetched {
  std::string bytes;
  std::string failure;  ///< empty: none
};

// The bytes come through a pipe, so that an end of this process leaves nothing behind.
Fetched fetch(const std::string& url) {
  std::vector<std::string> words{"curl",
                                 "--fail",
                                 "--location",
                                 "--silent",
                                 "--show-error",
                                 "--globoff",
                                 "--proto",
                                 "=http,https",
                                 "--connect-timeout",
                                 "20",
                                 "--speed-limit",
                                 "100",
                                 "--speed-time",
                                 "60",
                                 "--url",
                                 url};
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  Pipe out;
  Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out.writing(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.writing(), STDERR_FILENO);
  pid_t child = 0;
  const int error = ::posix_spawnp(&child, "curl", &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error == ENOENT) return {{}, "the program curl is not installed"};
  if (error != 0) return {{}, "curl cannot be started: " + std::generic_category().message(error)};
  out.close_writing();
  err.close_writing();
  Fetched result{out.read_all(most_bytes), {}};
  std::string message = err.read_all(std::size_t{1} << 12U);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) continue;
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return result;
  while (!message.empty() && message.back() == '\n') message.pop_back();
  result.failure = !message.empty() ? message : fmt::format("curl ended with status {}", WEXITSTATUS(status));
  if (!result.bytes.empty()) result.failure += fmt::format(", after {} bytes", result.bytes.size());
  return result;
}

}  // namespace

void download(const PublishedFile& file, std::span<const std::string> mirrors, const std::string& folder,
              const std::function<void(const std::string& url)>& on_download) {
  std::string failures;
  for (const std::string& mirror : mirrors) {
    const std::string url = mirror + std::string(file.name);
    if (on_download) on_download(url);
    const Fetched fetched = fetch(url);
    std::string failure = fetched.failure;
    if (failure.empty()) {
      const std::string found = sha256(fetched.bytes);
      if (found == file.sha256) {
        std::error_code error;
        std::filesystem::create_directories(folder, error);
        return write_atomically("data", (std::filesystem::path(folder) / file.name).string(), fetched.bytes);
      }
      failure =
          fmt::format("its SHA-256 is {} where {} is published, of {} bytes", found, file.sha256, fetched.bytes.size());
    }
    failures += fmt::format("\n  from {}: {}", url, failure);
  }
  throw InputError(fmt::format("data: cannot download {}{}\n  hint: --source FOLDER, if the file is on this machine",
                               file.name, failures));
}

}  // namespace downhill::learn
