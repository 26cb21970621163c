#pragma once
#include <downhill/derivatives.hpp>
#include <downhill/minimize.hpp>
#include <downhill/objective.hpp>
#include <downhill/program.hpp>
#include <downhill/residual_loss.hpp>

#include <concepts>
#include <type_traits>

/// Losses written as array programs: traced once, differentiated, and compiled when first needed.
namespace downhill {

/// The objective of a traced loss.
///
/// loss     takes one array of type `x` (f64, any shape) and gives one real scalar; arrays it captures become its data
/// x        the type of the array to vary; the flat x of the objective is its elements in row-major order
///
/// Value, gradient, Hessian-vector product and Hessian are each compiled at first use and exact. Where the loss fails at run time
/// (a matrix that is not positive definite) its value is NaN, which shortens a step. Whether the loss is quadratic is read off
/// its graph. Throws ShapeError if x is not f64 or the loss is not scalar.
[[nodiscard]] Objective traced_objective(ArrayFunction loss, const Type& x, const ProgramOptions& options = {});

/// The objective Σ r_i² of traced residuals: one real array of any shape. Also supplies the residuals and their Jacobian.
[[nodiscard]] Objective traced_least_squares(ArrayFunction residuals, const Type& x,
                                             const ProgramOptions& options = {});

/// The objective that takes `loss` of each residual in place of its square, with exact second derivatives; see with_residual_loss.
[[nodiscard]] Objective traced_least_squares(const ArrayFunction& residuals, const Type& x, const ResidualLoss& loss,
                                             const ProgramOptions& options = {});

/// Finds a local minimum of the loss `f` of one array, starting at `x0`; see minimize in <downhill/minimize.hpp>.
///
/// f   a callable from Array to a scalar Array; traced once, then differentiated and compiled
/// x0  start, any shape, f64
///
///   auto bowl = [](const Array& x) { return sum(square(x - 1.0)) + square(sum(x)); };
///   Result r = minimize(bowl, Array{3, -1});      // r.x = {1/3, 1/3}
template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, Objective>)
[[nodiscard]] Result minimize(F f, const Array& x0, const Method& method, const Stop& stop = {},
                              const RunOptions& run = {}) {
  Objective objective = traced_objective(as_array_function(std::move(f)), x0.type());
  return minimize(objective, std::span(static_cast<const double*>(x0.data()), objective.size()), method, stop, run);
}

/// The same with the method that suits the loss.
template <class F>
  requires(!std::same_as<std::remove_cvref_t<F>, Objective>)
[[nodiscard]] Result minimize(F f, const Array& x0) {
  Objective objective = traced_objective(as_array_function(std::move(f)), x0.type());
  return minimize(objective, std::span(static_cast<const double*>(x0.data()), objective.size()));
}

}  // namespace downhill
