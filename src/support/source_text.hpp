#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// Places in a text that a person wrote, and how an error shows them.
namespace downhill {

/// A line and a column, both counted from 1; columns count characters (UTF-8 code points), not bytes.
struct TextPosition {
  std::size_t line = 1;
  std::size_t column = 1;
};

/// The place of the byte `offset` in `text`; an offset beyond the end is the end.
[[nodiscard]] TextPosition position_of(std::string_view text, std::size_t offset);

/// The line of `text` around `offset` with a caret below the character, both indented by two blanks and starting with a
/// newline:
///
///     \n  x + 2 y
///     \n        ^
///
/// A long line is cut to the neighbourhood of the caret, marked by `...`; control characters are shown as blanks.
[[nodiscard]] std::string point_at(std::string_view text, std::size_t offset);

}  // namespace downhill
