#pragma once
#include <cstddef>
#include <string>
#include <string_view>

/// The text of a formula with its name in messages, and errors that point into it.
namespace downhill::formula {

struct Source {
  std::string name;  ///< "formula", "from", "model", "problem.toml: formula"
  std::string text;
};

/// Throws InputError: `<name>:<line>:<column>: <what>`, then the line with a caret below the character, then the hint
/// if there is one.
[[noreturn]] void fail(const Source& source, std::size_t offset, std::string_view what, std::string_view hint = {});

}  // namespace downhill::formula
