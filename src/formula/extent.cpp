#include "formula/extent.hpp"

#include <algorithm>
#include <cctype>
#include <utility>

namespace downhill::formula {
namespace {

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.'; }

std::size_t end_of_word(std::string_view text, std::size_t at) {
  while (at < text.size() && is_word(text[at])) ++at;
  return at;
}

// Behind the bracket that closes the first one at or after `at`.
std::size_t end_of_brackets(std::string_view text, std::size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (text[at] == '(' || text[at] == '[') ++depth;
    if ((text[at] == ')' || text[at] == ']') && --depth == 0) return at + 1;
  }
  return text.size();
}

struct Extent {
  std::size_t begin = 0;
  std::size_t end = 0;
};

Extent own_extent(std::string_view text, const Expression& expression) {
  const std::size_t at = expression.position;
  switch (expression.kind) {
    case Expression::Kind::number:
    case Expression::Kind::name:
    case Expression::Kind::attribute: return {at, end_of_word(text, at)};
    case Expression::Kind::call:
    case Expression::Kind::list:
    case Expression::Kind::subscript: return {at, end_of_brackets(text, at)};
    case Expression::Kind::unary:
    case Expression::Kind::binary: break;
  }
  return {at, at + 1};
}

// Brackets around an operand are no expression of their own.
Extent with_brackets(std::string_view text, Extent extent) {
  int open = 0, unopened = 0;
  for (std::size_t k = extent.begin; k < extent.end; ++k) {
    if (text[k] == '(' || text[k] == '[') ++open;
    if ((text[k] == ')' || text[k] == ']') && --open < 0) {
      ++unopened;
      open = 0;
    }
  }
  for (; open > 0 && extent.end < text.size(); ++extent.end) {
    if (text[extent.end] == ')' || text[extent.end] == ']') --open;
  }
  while (unopened > 0 && extent.begin > 0) {
    --extent.begin;
    if (text[extent.begin] == '(' || text[extent.begin] == '[') --unopened;
  }
  return extent;
}

}  // namespace

std::string_view text_of(const Program& program, ExpressionId expression) {
  const std::string_view text = program.source.text;
  Extent extent = own_extent(text, program.expressions[expression]);
  std::vector<ExpressionId> rest{expression};
  while (!rest.empty()) {
    const Expression& here = program.expressions[rest.back()];
    rest.pop_back();
    const Extent own = own_extent(text, here);
    extent.begin = std::min(extent.begin, own.begin);
    extent.end = std::max(extent.end, own.end);
    rest.insert(rest.end(), here.operands.begin(), here.operands.end());
  }
  extent = with_brackets(text, extent);
  return text.substr(extent.begin, extent.end - extent.begin);
}

}  // namespace downhill::formula
