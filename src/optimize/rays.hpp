#pragma once
#include <span>
#include <vector>

#include "optimize/walk.hpp"

/// What f does far along a half line from x.
namespace downhill::optimize {

enum class Fall : std::uint8_t {
  none,  ///< f rises somewhere, or stays level
  unbounded,  ///< 40 successive doublings of the distance each lower f by no less than the one before, or f overflows to -inf
  converging,  ///< f never rises, slopes down ever less, and comes to rest: its lower limit lies at infinity
};

/// Evaluates f at x + 2^k direction, k = 0, 1, …, until the answer is known: a few values where f rises, some fifty where it does not.
[[nodiscard]] Fall follow_ray(Walk& walk, const Point& from, std::span<const double> direction);

}  // namespace downhill::optimize
