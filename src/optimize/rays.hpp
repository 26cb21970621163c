#pragma once
#include <span>
#include <vector>

#include "optimize/walk.hpp"

/// What f does far along a half line from x.
namespace downhill::optimize {

enum class Fall : std::uint8_t {
  none,  ///< f rises somewhere, stays level, or comes down to a floor that it reaches
  unbounded,  ///< 40 successive doublings of the distance each lower f by no less than the one before, or f overflows to -inf
  converging,  ///< f never rises, slopes down ever less, and comes to rest: its lower limit lies at infinity
};

/// The way along the variables that are still under way: those that it moves by less than 1/64 as much, against their lengths, stay
/// where they are. A loss may fall for ever along one variable and rise as soon as another drifts. Empty if that is the whole way.
[[nodiscard]] std::vector<double> main_part(const Walk& walk, std::span<const double> way);

/// Evaluates f at x + 2^k direction, k = 0, 1, …, until the answer is known: a few values where f rises, some fifty where it does not.
[[nodiscard]] Fall follow_ray(Walk& walk, const Point& from, std::span<const double> direction);

}  // namespace downhill::optimize
