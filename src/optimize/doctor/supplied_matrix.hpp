#pragma once
#include <downhill/diagnosis.hpp>

#include <optional>
#include <span>

#include "optimize/doctor/surroundings.hpp"

/// Whether a Jacobian is that of the residuals, and a Hessian that of the gradient.
namespace downhill::optimize {

/// Names what is wrong with the Jacobian at x: entry, row or column, a factor, its layout; nothing if it agrees with differences of
/// the residuals, or if there is none. Cost: a few residuals; 28 a column when the first look disagrees.
[[nodiscard]] std::optional<Finding> wrong_jacobian(Surroundings& around, std::span<const double> x);

/// The same for supplied second derivatives and differences of the gradient, which must be right.
[[nodiscard]] std::optional<Finding> wrong_hessian(Surroundings& around, std::span<const double> x);

}  // namespace downhill::optimize
