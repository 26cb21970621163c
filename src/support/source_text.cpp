#include "support/source_text.hpp"

#include <algorithm>

namespace downhill {
namespace {

constexpr std::size_t widest_line = 100;

bool starts_character(char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }

std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), starts_character));
}

std::string printable(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20U || byte == 0x7FU) c = ' ';
  }
  return result;
}

// Moves `at` forward to the next start of a character, so that a cut never splits one.
std::size_t character_start(std::string_view text, std::size_t at) {
  while (at < text.size() && !starts_character(text[at])) ++at;
  return std::min(at, text.size());
}

}  // namespace

TextPosition position_of(std::string_view text, std::size_t offset) {
  const auto before = text.substr(0, std::min(offset, text.size()));
  const auto line = static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1;
  const auto newline = before.rfind('\n');
  const auto start = newline == std::string_view::npos ? 0 : newline + 1;
  return {line, count_characters(before.substr(start)) + 1};
}

std::string point_at(std::string_view text, std::size_t offset) {
  offset = std::min(offset, text.size());
  const auto newline = text.substr(0, offset).rfind('\n');
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t end = std::min(text.find('\n', offset), text.size());
  std::string_view line = text.substr(begin, end - begin);
  std::size_t at = offset - begin;
  std::string left;
  std::string right;
  if (line.size() > widest_line) {
    const std::size_t first = at > widest_line / 2 ? character_start(line, at - widest_line / 2) : 0;
    const std::size_t last = character_start(line, std::min(line.size(), first + widest_line));
    if (first > 0) left = "...";
    if (last < line.size()) right = "...";
    line = line.substr(first, last - first);
    at -= first;
  }
  const std::size_t blanks = left.size() + count_characters(line.substr(0, at));
  return "\n  " + left + printable(line) + right + "\n  " + std::string(blanks, ' ') + "^";
}

}  // namespace downhill
