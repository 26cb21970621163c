#include "formula/problem_file.hpp"

#include <downhill/error.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

/// Any text is read as a problem file: a problem or an InputError. A start that is an expression is left out: it runs array
/// functions, whose memory the target for formulas bounds.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (text.find("from") != text.npos && text.find('(') != text.npos) return 0;
  try {
    (void)downhill::formula::read_problem("fuzz.toml", text);
  } catch (const downhill::InputError&) {
  }
  return 0;
}
