#pragma once
#include <span>

/// Where straight ways meet the sphere of a trust region.
namespace downhill::optimize {

/// The larger t with |p + t d| = radius, for |p| <= radius and d not 0.
[[nodiscard]] double way_to_boundary(std::span<const double> p, std::span<const double> d, double radius);

}  // namespace downhill::optimize
