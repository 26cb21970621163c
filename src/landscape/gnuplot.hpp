#pragma once
#include <cstdint>
#include <string>

#include "landscape/figure.hpp"

/// Figures drawn by gnuplot.
namespace downhill::landscape {

enum class Format : std::uint8_t { svg, png, pdf };

/// The commands that draw a figure to standard output, data included. Text of a user is quoted: it cannot become a command.
[[nodiscard]] std::string gnuplot_script(const Figure& figure, Format format);

/// The bytes of the picture. Throws ExecutionError `plot: gnuplot is not installed: ...` or with what gnuplot said; the bytes are of a
/// whole picture or there are none.
[[nodiscard]] std::string draw(const Figure& figure, Format format);

/// Throws what `draw` would where there is no gnuplot.
void require_gnuplot();

/// Runs `script` and returns what the program writes; the program is looked for in the PATH. Throws as `draw`.
[[nodiscard]] std::string run_gnuplot(const std::string& script, const char* program = "gnuplot");

}  // namespace downhill::landscape
