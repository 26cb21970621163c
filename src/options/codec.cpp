#include "options/codec.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include <charconv>
#include <cmath>

#include "support/numbers.hpp"

namespace downhill::options {
namespace {

template <class Integer>
Integer read_integer(const Value& value, const Place& place) {
  if (value.kind != Value::Kind::number) refuse_value(place, value.spelling(), "is not an integer");
  const char* begin = value.text.data();
  const char* end = begin + value.text.size();
  if (begin != end && *begin == '+') ++begin;
  Integer integer = 0;
  if (const auto [stop, error] = std::from_chars(begin, end, integer); error == std::errc{} && stop == end)
    return integer;
  if (!std::isfinite(value.number) || std::floor(value.number) != value.number) {
    refuse_value(place, value.spelling(), "is not an integer");
  }
  // Written as 1e6 or 20.0. Doubles below 2^63 (2^64) convert exactly.
  const double limit = std::ldexp(1.0, std::numeric_limits<Integer>::digits);
  if (value.number >= limit || value.number < -limit) refuse_value(place, value.spelling(), "does not fit in 64 bits");
  return static_cast<Integer>(value.number);
}

}  // namespace

double read_real(const Value& value, const Place& place) {
  if (value.kind != Value::Kind::number) refuse_value(place, value.spelling(), "is not a number");
  return value.number;
}

std::int64_t read_signed(const Value& value, const Place& place) { return read_integer<std::int64_t>(value, place); }

std::uint64_t read_unsigned(const Value& value, const Place& place) {
  return read_integer<std::uint64_t>(value, place);
}

std::string read_word(const Value& value, const Place& place, std::string_view what) {
  if (value.kind != Value::Kind::word && value.kind != Value::Kind::string) refuse_value(place, value.spelling(), what);
  return value.text;
}

bool is_word(const Value& value, std::string_view word) {
  return value.kind == Value::Kind::word && value.text == word;
}

void check_range(double number, std::string_view spelling, const Place& place, Range range) {
  if (!range.contains(number)) refuse_value(place, spelling, "is outside " + range.text());
}

void expect_list(const Value& value, const Place& place) {
  if (value.kind == Value::Kind::list) {
    for (const Value& item : value.items) {
      if (!item.key.empty())
        refuse_value(place, value.spelling(), fmt::format("has a name '{}' inside a list", item.key));
    }
    return;
  }
  refuse_value(place, value.spelling(), fmt::format("is not a list: write [{}]", value.spelling()));
}

void expect_struct(const Value& value, const Place& place) {
  if (value.kind == Value::Kind::word || value.kind == Value::Kind::call) return;
  if (place.option.empty())
    throw OptionError(fmt::format("{}: {} is not a name with options", place.owner, value.spelling()));
  refuse_value(place, value.spelling(), "is not a name with options");
}

Place element(const Place& place, std::size_t index) {
  return {place.owner, fmt::format("{}[{}]", place.option, index)};
}

std::string print_real(double number) { return shortest(number); }
std::string print_real(float number) { return shortest(number); }

std::string print_list(const std::vector<std::string>& items) { return fmt::format("[{}]", fmt::join(items, ", ")); }

}  // namespace downhill::options
