#include "app/terminal.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cstdlib>

namespace downhill::app {

Terminal Terminal::standard() {
  Terminal terminal;
  const char* no_color = std::getenv("NO_COLOR");
  const char* kind = std::getenv("TERM");
  const bool is_dumb = kind == nullptr || std::string_view(kind) == "dumb";
  terminal.has_color = ::isatty(STDOUT_FILENO) == 1 && !is_dumb && (no_color == nullptr || *no_color == '\0');
  terminal.shows_progress = ::isatty(STDERR_FILENO) == 1 && !is_dumb;
  return terminal;
}

std::string Terminal::paint(Color color, std::string_view text) const {
  if (!has_color) return std::string(text);
  constexpr int codes[] = {32, 33, 31, 1};
  return fmt::format("\033[{}m{}\033[0m", codes[static_cast<unsigned char>(color)], text);
}

}  // namespace downhill::app
