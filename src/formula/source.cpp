#include "formula/source.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include "support/source_text.hpp"

namespace downhill::formula {

void fail(const Source& source, std::size_t offset, std::string_view what, std::string_view hint) {
  const TextPosition at = position_of(source.text, offset);
  std::string message =
      fmt::format("{}:{}:{}: {}{}", source.name, at.line, at.column, what, point_at(source.text, offset));
  if (!hint.empty()) message += fmt::format("\n  hint: {}", hint);
  throw InputError(message);
}

}  // namespace downhill::formula
