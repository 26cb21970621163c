#include "landscape/color_map.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace downhill::landscape {
namespace {

constexpr Color rgb(std::uint32_t code) {
  return {static_cast<std::uint8_t>(code >> 16U), static_cast<std::uint8_t>(code >> 8U),
          static_cast<std::uint8_t>(code)};
}

constexpr std::array viridis{rgb(0x440154), rgb(0x482878), rgb(0x3e4989), rgb(0x31688e), rgb(0x26828e),
                             rgb(0x1f9e89), rgb(0x35b779), rgb(0x6ece58), rgb(0xb5de2b), rgb(0xfde725)};
constexpr std::array cividis{rgb(0x00224e), rgb(0x123570), rgb(0x3b496c), rgb(0x575d6d), rgb(0x707173),
                             rgb(0x8a8678), rgb(0xa59c74), rgb(0xc3b369), rgb(0xe1cc55), rgb(0xfee838)};
constexpr std::array<Color, distinct_colors> okabe_ito{rgb(0x0072b2), rgb(0xd55e00), rgb(0x009e73), rgb(0xcc79a7),
                                                       rgb(0xe69f00), rgb(0x56b4e9), rgb(0x000000)};

double linear_light(std::uint8_t channel) {
  const double c = channel / 255.0;
  return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4);
}

}  // namespace

std::string hex(Color color) { return fmt::format("#{:02x}{:02x}{:02x}", color.red, color.green, color.blue); }

double lightness(Color color) {
  const double y =
      0.2126 * linear_light(color.red) + 0.7152 * linear_light(color.green) + 0.0722 * linear_light(color.blue);
  constexpr double bend = 216.0 / 24389;
  return y > bend ? 116 * std::cbrt(y) - 16 : y * 24389 / 27;
}

std::span<const Color> stops(ColorMap map) { return map == ColorMap::viridis ? viridis : cividis; }

Color color_at(ColorMap map, double share) {
  const auto colors = stops(map);
  const double place = std::clamp(share, 0.0, 1.0) * static_cast<double>(colors.size() - 1);
  const std::size_t k = std::min(static_cast<std::size_t>(place), colors.size() - 2);
  const double beyond = place - static_cast<double>(k);
  const auto mix = [&](std::uint8_t a, std::uint8_t b) {
    return static_cast<std::uint8_t>(std::lround((1 - beyond) * a + beyond * b));
  };
  const Color a = colors[k];
  const Color b = colors[k + 1];
  return {mix(a.red, b.red), mix(a.green, b.green), mix(a.blue, b.blue)};
}

Color distinct(std::size_t k) { return okabe_ito[k % distinct_colors]; }

}  // namespace downhill::landscape
