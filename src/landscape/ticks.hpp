#pragma once
#include <string>

namespace downhill::landscape {

/// 1, 2 or 5 times a power of ten, at least `width`, which is positive.
[[nodiscard]] double round_step(double width);

/// A number beside a tick: `3000`, `0.05`, `1e-06`.
[[nodiscard]] std::string tick_text(double number);

/// Significant digits by which ticks from low to high differ, 6 or more.
[[nodiscard]] int tick_digits(double low, double high);

}  // namespace downhill::landscape
