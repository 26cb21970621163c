#include "landscape/ticks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "support/numbers.hpp"

namespace downhill::landscape {

double round_step(double width) {
  const double decade = std::pow(10, std::floor(std::log10(width)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * decade >= width * (1 - 1e-9)) return factor * decade;
  }
  return 10 * decade;
}

std::string tick_text(double number) {
  const double size = std::abs(number);
  return size >= 1e-3 && size < 1e5 ? fmt::format("{:.5g}", number) : rounded(number, 3);
}

int tick_digits(double low, double high) {
  const double ratio = std::max(std::abs(low), std::abs(high)) / (high - low);
  constexpr int usual = 6, most = 15;
  return ratio > 1 && std::isfinite(ratio) ? std::clamp(3 + static_cast<int>(std::log10(ratio)), usual, most) : usual;
}

}  // namespace downhill::landscape
