#include "options/range.hpp"

#include <fmt/format.h>

#include "support/numbers.hpp"

namespace downhill::options {

bool Range::contains(double number) const {
  const bool above = lower_end == End::closed ? number >= lower : number > lower;
  const bool below = upper_end == End::closed ? number <= upper : number < upper;
  return above && below;
}

std::string Range::text() const {
  return fmt::format("{}{}, {}{}", lower_end == End::closed ? '[' : '(', shortest(lower), shortest(upper),
                     upper_end == End::closed ? ']' : ')');
}

}  // namespace downhill::options
