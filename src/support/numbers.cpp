#include "support/numbers.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cmath>
#include <limits>

namespace downhill {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (lower(text[i]) != word[i]) return false;
  }
  return true;
}

// The digits of a decimal without its underscores, or nothing when `text` is not digits [. digits] [e[+-]digits].
std::optional<std::string> plain_decimal(std::string_view text) {
  std::string plain;
  std::size_t digits = 0;
  std::size_t i = 0;
  const auto digit_run = [&] {
    std::size_t count = 0;
    while (i < text.size()) {
      if (is_digit(text[i])) {
        plain += text[i];
        ++count;
      } else if (!(text[i] == '_' && count > 0 && i + 1 < text.size() && is_digit(text[i + 1]))) {
        break;
      }
      ++i;
    }
    return count;
  };
  digits += digit_run();
  if (i < text.size() && text[i] == '.') {
    plain += text[i++];
    digits += digit_run();
  }
  if (digits == 0) return std::nullopt;
  if (i < text.size() && lower(text[i]) == 'e') {
    plain += text[i++];
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) {
      if (text[i] == '-') plain += '-';  // from_chars takes no plus sign
      ++i;
    }
    if (digit_run() == 0) return std::nullopt;
  }
  if (i != text.size()) return std::nullopt;
  return plain;
}

// from_chars says "out of range" both for 1e999 and for 1e-999: the decimal exponent of the first non-zero digit tells
// which.
bool is_huge(std::string_view plain) {
  const auto e = plain.find_first_of("eE");
  const std::string_view mantissa = plain.substr(0, e);
  long exponent = 0;
  if (e != std::string_view::npos) {
    const char* begin = plain.data() + e + 1;
    if (std::from_chars(begin, plain.data() + plain.size(), exponent).ec != std::errc{}) return plain[e + 1] != '-';
  }
  const auto point = mantissa.find('.');
  const auto first = mantissa.find_first_of("123456789");
  const auto whole = point == std::string_view::npos ? mantissa.size() : point;
  const long magnitude = static_cast<long>(whole) - static_cast<long>(first) - (first > whole ? 0 : 1);
  return magnitude + exponent > 0;
}

}  // namespace

std::string shortest(double number) { return std::isnan(number) ? "nan" : fmt::format("{}", number); }
std::string shortest(float number) { return std::isnan(number) ? "nan" : fmt::format("{}", number); }

std::string digits17(double number) {
  if (std::isnan(number)) return "nan";
  return fmt::format("{:.17g}", number);
}

std::string rounded(double number, int digits) {
  if (std::isnan(number)) return "nan";
  return fmt::format("{:.{}g}", number, digits);
}

std::optional<double> read_number(std::string_view text) {
  double sign = 1;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    if (text.front() == '-') sign = -1;
    text.remove_prefix(1);
  }
  if (equals_ignoring_case(text, "inf") || equals_ignoring_case(text, "infinity")) {
    return sign * std::numeric_limits<double>::infinity();
  }
  if (equals_ignoring_case(text, "nan")) return std::numeric_limits<double>::quiet_NaN();
  const auto plain = plain_decimal(text);
  if (!plain) return std::nullopt;
  double number = 0;
  const auto [end, error] = std::from_chars(plain->data(), plain->data() + plain->size(), number);
  if (error == std::errc::result_out_of_range) {
    return sign * (is_huge(*plain) ? std::numeric_limits<double>::infinity() : 0.0);
  }
  if (error != std::errc{}) return std::nullopt;
  return sign * number;
}

}  // namespace downhill
