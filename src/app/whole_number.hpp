#pragma once
#include <fmt/format.h>

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace downhill::app {

/// What is wrong with `text` as a whole number from 0 to 2^64 - 1, for the options that take one; empty if nothing is.
[[nodiscard]] inline std::string whole_number(const std::string& text) {
  std::uint64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const bool is_whole = read.ec == std::errc() && read.ptr == end;
  return is_whole ? std::string() : fmt::format("{} is no whole number from 0 to 18446744073709551615", text);
}

}  // namespace downhill::app
