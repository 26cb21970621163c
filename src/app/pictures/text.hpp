#pragma once
#include <string>

#include "app/terminal.hpp"
#include "landscape/figure.hpp"

namespace downhill::app {

/// The charts of lines and points of a figure, in characters: braille where the terminal's locale is UTF-8, else ASCII. Landscapes are left
/// out. Empty if nothing is left.
[[nodiscard]] std::string text_plot(const landscape::Figure& figure, const Terminal& terminal);

enum class Letters : unsigned char { braille, ascii };
/// One chart, `width` × `height` characters of plot area.
[[nodiscard]] std::string text_chart(const landscape::Chart& chart, std::size_t width, std::size_t height,
                                     Letters letters, const Terminal& terminal);

}  // namespace downhill::app
