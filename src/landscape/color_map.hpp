#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

/// Colours that people with any colour vision tell apart, on a screen and in print.
namespace downhill::landscape {

struct Color {
  std::uint8_t red = 0;
  std::uint8_t green = 0;
  std::uint8_t blue = 0;
};
/// `#35b779`
[[nodiscard]] std::string hex(Color color);
/// CIELAB lightness, 0 (black) to 100 (white), of an sRGB colour.
[[nodiscard]] double lightness(Color color);

/// From dark to light, of even steps in lightness. The darkest colour is the lowest value.
enum class ColorMap : std::uint8_t { viridis, cividis };
/// `share` in [0, 1], clamped. Reference: van der Walt & Smith, viridis, SciPy 2015; Nuñez, Anderton & Renslow, cividis, PLoS ONE 13
/// (2018) e0199239. Straight between ten of their colours.
[[nodiscard]] Color color_at(ColorMap map, double share);
/// The ten colours, even.
[[nodiscard]] std::span<const Color> stops(ColorMap map);

/// For things that differ in kind. Reference: Okabe & Ito, Color universal design, 2008; without yellow, which print loses.
inline constexpr std::size_t distinct_colors = 7;
[[nodiscard]] Color distinct(std::size_t k);

}  // namespace downhill::landscape
