#pragma once
#include <downhill/diagnosis.hpp>

#include <optional>
#include <span>

#include "optimize/doctor/surroundings.hpp"

/// Whether a gradient is that of the values.
namespace downhill::optimize {

/// Compares the slope of f along one direction, in which every coordinate of the gradient has the same weight, with differences.
/// False only where they disagree beyond the differences' own error. `draw` gives different directions.
/// Cost: mostly 6 values, at most 28.
[[nodiscard]] bool agrees_along(Surroundings& around, std::span<const double> x, std::span<const double> gradient,
                                std::uint64_t draw);

/// Names what is wrong with the gradient at x, coordinate by coordinate up to 100 variables, by bisection above; nothing if the
/// differences do not prove it wrong: neither noise nor a kink at x is taken for a wrong gradient.
/// Cost: about 60 values a coordinate that is looked at.
[[nodiscard]] std::optional<Finding> wrong_gradient(Surroundings& around, std::span<const double> x);

}  // namespace downhill::optimize
