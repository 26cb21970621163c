#include "formula/brackets.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <vector>

namespace downhill::formula {
namespace {

constexpr std::size_t longest_text = std::size_t{1} << 20U;
constexpr std::size_t deepest_nesting = 200;

char closing(char opening) {
  switch (opening) {
    case '(': return ')';
    case '[': return ']';
    default: return '}';
  }
}

}  // namespace

void check_brackets(const Source& source) {
  const std::string& text = source.text;
  if (text.size() > longest_text) {
    throw InputError(
        fmt::format("{}: the text is too long: {} bytes, at most {}", source.name, text.size(), longest_text));
  }
  std::vector<std::size_t> open;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '#') {
      i = std::min(text.find('\n', i), text.size());
    } else if (c == '(' || c == '[' || c == '{') {
      open.push_back(i);
      if (open.size() > deepest_nesting)
        fail(source, i, fmt::format("brackets nest deeper than {} levels", deepest_nesting));
    } else if (c == ')' || c == ']' || c == '}') {
      if (open.empty()) fail(source, i, fmt::format("'{}' closes no bracket", c));
      const char opening = text[open.back()];
      if (c != closing(opening))
        fail(source, i, fmt::format("'{}' is closed by '{}': expected '{}'", opening, c, closing(opening)));
      open.pop_back();
    }
  }
  if (!open.empty()) fail(source, open.back(), fmt::format("'{}' is not closed", text[open.back()]));
}

}  // namespace downhill::formula
