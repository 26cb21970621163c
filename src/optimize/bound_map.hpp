#pragma once
#include <span>
#include <vector>

#include "optimize/box.hpp"

namespace downhill::optimize {

/// A map from all of space onto a box that is the identity away from the bounds, a parabola within a margin of each, and a reflection
/// beyond: a distribution over all of space becomes one within the bounds, and a minimum at a bound one with slope zero.
/// Hansen, BoundTransform of the CMA-ES (pycma); the margin is a twentieth of the way between two bounds, or of the length of a
/// variable with one.
class BoundMap {
 public:
  BoundMap(const Box& box, std::span<const double> lengths) : box_(box), lengths_(lengths) {}

  void apply(std::span<double> y) const;
  /// A y that is mapped to x.
  [[nodiscard]] std::vector<double> inverse(std::span<const double> x) const;

 private:
  [[nodiscard]] double margin(std::size_t i) const;

  const Box& box_;
  std::span<const double> lengths_;
};

}  // namespace downhill::optimize
