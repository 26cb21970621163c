#pragma once
#include <cstdio>
#include <string>
#include <string_view>

/// Where the command line writes, and whether people watch.
namespace downhill::app {

enum class Color : unsigned char { green, yellow, red, bold };

struct Terminal {
  std::FILE* out = stdout;
  std::FILE* err = stderr;
  bool has_color = false;       ///< out is a terminal and NO_COLOR is not set (no-color.org)
  bool shows_progress = false;  ///< err is a terminal

  /// The streams of this process.
  [[nodiscard]] static Terminal standard();
  [[nodiscard]] std::string paint(Color color, std::string_view text) const;
};

}  // namespace downhill::app
