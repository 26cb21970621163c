#pragma once
#include <string>

#include "options/codec.hpp"

namespace downhill::server {

/// JSON text as the tree of options that a declaration reads: objects become calls by the name of the struct, numbers keep their
/// spelling. Throws Refusal 400 for text that is no JSON object or is nested deeper than 16 levels.
[[nodiscard]] options::Value read_json_object(const std::string& text, std::string_view name);

/// The body of a request. Throws Refusal 400, and OptionError for unknown members and values out of range.
template <options::Configurable T>
[[nodiscard]] T read_body(const std::string& text) {
  return options::read<T>(read_json_object(text, T::name));
}

}  // namespace downhill::server
