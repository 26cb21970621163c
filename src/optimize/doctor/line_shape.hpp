#pragma once
#include <downhill/diagnosis.hpp>

#include <optional>
#include <span>

#include "optimize/doctor/surroundings.hpp"

/// What f looks like along lines through a point.
namespace downhill::optimize {

/// A jump of f, or of its slope, near x: along the last step, along the gradient and, up to 20 variables, along each of them.
/// noise: of f. Cost: at most 41 values a line.
[[nodiscard]] std::optional<Finding> break_nearby(Surroundings& around, std::span<const double> x,
                                                  std::span<const double> last_step, std::span<const double> gradient,
                                                  double noise);

}  // namespace downhill::optimize
