#include <fcntl.h>
#include <fmt/format.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <downhill/error.hpp>

#include <cerrno>
#include <string_view>
#include <system_error>

#include "landscape/gnuplot.hpp"

namespace downhill::landscape {
namespace {

[[noreturn]] void fail(std::string_view what, int error) {
  throw ExecutionError(fmt::format("plot: {}: {}", what, std::generic_category().message(error)));
}

// A file in memory without a name: gnuplot reads and writes it as a stream, and nobody waits for anybody.
class MemoryFile {
 public:
  explicit MemoryFile(const char* name) : number_(::memfd_create(name, MFD_CLOEXEC)) {
    if (number_ < 0) fail("cannot make a file in memory", errno);
  }
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;
  ~MemoryFile() { ::close(number_); }

  [[nodiscard]] int number() const { return number_; }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = ::write(number_, text.data(), text.size());
      if (written < 0 && errno == EINTR) continue;
      if (written < 0) fail("cannot write a file in memory", errno);
      text.remove_prefix(static_cast<std::size_t>(written));
    }
    ::lseek(number_, 0, SEEK_SET);
  }

  [[nodiscard]] std::string content() const {
    std::string text;
    std::string buffer(std::size_t{1} << 16U, '\0');
    ::lseek(number_, 0, SEEK_SET);
    while (true) {
      const ssize_t count = ::read(number_, buffer.data(), buffer.size());
      if (count < 0 && errno == EINTR) continue;
      if (count < 0) fail("cannot read a file in memory", errno);
      if (count == 0) return text;
      text.append(buffer, 0, static_cast<std::size_t>(count));
    }
  }

 private:
  int number_;
};

struct FileActions {
  posix_spawn_file_actions_t actions;
  FileActions() { ::posix_spawn_file_actions_init(&actions); }
  FileActions(const FileActions&) = delete;
  FileActions& operator=(const FileActions&) = delete;
  ~FileActions() { ::posix_spawn_file_actions_destroy(&actions); }
};

// The line of its complaint that says what is wrong: others repeat the script.
std::string complaint(std::string_view said) {
  std::string best;
  while (!said.empty()) {
    const auto end = said.find('\n');
    const std::string_view line = said.substr(0, end);
    if (line.find("line ") != line.npos || (best.empty() && line.find_first_not_of(" ^\t") != line.npos)) best = line;
    said.remove_prefix(end == said.npos ? said.size() : end + 1);
  }
  const auto first = best.find_first_not_of(" \t");
  return first == best.npos ? "it says nothing" : best.substr(first);
}

}  // namespace

std::string run_gnuplot(const std::string& script, const char* program) {
  const MemoryFile in("script"), out("picture"), err("messages");
  in.write(script);
  FileActions files;
  ::posix_spawn_file_actions_adddup2(&files.actions, in.number(), STDIN_FILENO);
  ::posix_spawn_file_actions_adddup2(&files.actions, out.number(), STDOUT_FILENO);
  ::posix_spawn_file_actions_adddup2(&files.actions, err.number(), STDERR_FILENO);
  // The settings of its own: no file of a user changes the picture.
  const std::string name(program), settings("--default-settings");
  char* const words[] = {const_cast<char*>(name.c_str()), const_cast<char*>(settings.c_str()), nullptr};
  pid_t process = 0;
  const int error = ::posix_spawnp(&process, program, &files.actions, nullptr, words, environ);
  if (error == ENOENT) {
    throw ExecutionError(
        fmt::format("plot: gnuplot is not installed: there is no '{}' in the PATH\n  hint: Debian's package "
                    "gnuplot-nox",
                    program));
  }
  if (error != 0) fail("cannot start gnuplot", error);
  int status = 0;
  while (::waitpid(process, &status, 0) < 0) {
    if (errno != EINTR) fail("cannot wait for gnuplot", errno);
  }
  if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
    throw ExecutionError(fmt::format("plot: gnuplot failed: {}", complaint(err.content())));
  }
  return out.content();
}

void require_gnuplot() { static_cast<void>(run_gnuplot("exit\n")); }

std::string draw(const Figure& figure, Format format) {
  std::string picture = run_gnuplot(gnuplot_script(figure, format));
  constexpr std::string_view ends[] = {"</svg>", "IEND", "%%EOF"};
  const std::string_view end = ends[static_cast<std::size_t>(format)];
  const std::string_view tail =
      std::string_view(picture).substr(picture.size() - std::min<std::size_t>(picture.size(), 64));
  if (tail.find(end) == tail.npos) {
    throw ExecutionError(fmt::format("plot: gnuplot failed: its picture of {} bytes is not whole", picture.size()));
  }
  return picture;
}

}  // namespace downhill::landscape
