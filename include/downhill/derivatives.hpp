#pragma once
#include <downhill/array.hpp>

#include <array>
#include <functional>
#include <span>
#include <utility>
#include <vector>

/// Derivatives of functions of arrays, as functions over callables. They compose to any order and in any mixture, run at
/// once outside a trace and become part of the program inside one. Inputs and results are real arrays; i32 and bool
/// arguments are allowed where nothing is differentiated with respect to them.
namespace downhill {

/// Several arrays to several arrays: what every callable below is turned into.
using ArrayFunction = std::function<std::vector<Array>(std::span<const Array>)>;

/// Wraps a callable `Array f(Array…)` or `std::vector<Array> f(std::span<const Array>)`.
template <class F>
[[nodiscard]] ArrayFunction as_array_function(F f) {
  if constexpr (std::is_invocable_v<F, std::span<const Array>>) {
    return [f](std::span<const Array> x) -> std::vector<Array> {
      if constexpr (std::is_convertible_v<std::invoke_result_t<F, std::span<const Array>>, Array>) {
        return {f(x)};
      } else {
        return f(x);
      }
    };
  } else if constexpr (std::is_invocable_v<F, Array>) {
    return [f](std::span<const Array> x) -> std::vector<Array> { return {f(x[0])}; };
  } else if constexpr (std::is_invocable_v<F, Array, Array>) {
    return [f](std::span<const Array> x) -> std::vector<Array> { return {f(x[0], x[1])}; };
  } else if constexpr (std::is_invocable_v<F, Array, Array, Array>) {
    return [f](std::span<const Array> x) -> std::vector<Array> { return {f(x[0], x[1], x[2])}; };
  } else {
    static_assert(std::is_invocable_v<F, Array, Array, Array, Array>,
                  "a function of up to four arrays, or of std::span<const Array>");
    return [f](std::span<const Array> x) -> std::vector<Array> { return {f(x[0], x[1], x[2], x[3])}; };
  }
}

struct JvpResult {
  std::vector<Array> results;
  std::vector<Array> tangents;
};
/// Forward mode: f(primals) and its derivative along `tangents` (of the primals' shapes).
/// Throws ShapeError if a tangent has another type than its primal. Cost: about that of f, two to three times.
[[nodiscard]] JvpResult jvp(const ArrayFunction& f, const std::vector<Array>& primals,
                            const std::vector<Array>& tangents);

struct VjpResult {
  std::vector<Array> results;
  /// From cotangents of the results to cotangents of the primals (zeros for those that are not real).
  std::function<std::vector<Array>(const std::vector<Array>&)> pullback;
};
/// Reverse mode: f(primals) and the function that pulls cotangents back. Cost: that of f, two to four times.
[[nodiscard]] VjpResult vjp(const ArrayFunction& f, const std::vector<Array>& primals);

struct ValueAndGradient {
  Array value;
  Array gradient;
};
/// A scalar function's value and its gradient with respect to `arguments[argument]`.
/// Throws ShapeError if f does not give one real scalar, or the argument is not real.
[[nodiscard]] ValueAndGradient value_and_gradient_at(const ArrayFunction& f, std::span<const Array> arguments,
                                                     std::size_t argument = 0);
/// d result / d arguments[argument]: the axes of the result, then those of the argument. By rows (reverse) or columns
/// (forward), whichever are fewer.
[[nodiscard]] Array jacobian_at(const ArrayFunction& f, std::span<const Array> arguments, std::size_t argument = 0);
/// Second derivatives of a scalar function: the axes of the argument, twice. Forward over reverse.
[[nodiscard]] Array hessian_at(const ArrayFunction& f, std::span<const Array> arguments, std::size_t argument = 0);
/// Hessian of a scalar function of one array times `direction` (of its shape), at about four times the cost of f.
[[nodiscard]] Array hvp_at(const ArrayFunction& f, const Array& x, const Array& direction);
/// f applied to every slice of the arguments where batched[k], along their first axis; results carry the batch first.
/// Empty `batched`: all are. Throws ShapeError if the batched axes differ in length.
[[nodiscard]] std::vector<Array> vmap_at(const ArrayFunction& f, std::span<const Array> arguments,
                                         const std::vector<bool>& batched = {});

// The transforms: from callable to callable. `grad(f)(x, …)` differentiates with respect to the first argument.

template <class F>
[[nodiscard]] auto grad(F f, std::size_t argument = 0) {
  return [g = as_array_function(std::move(f)), argument](const auto&... x) {
    return value_and_gradient_at(g, std::array<Array, sizeof...(x)>{Array(x)...}, argument).gradient;
  };
}

template <class F>
[[nodiscard]] auto value_and_grad(F f, std::size_t argument = 0) {
  return [g = as_array_function(std::move(f)), argument](const auto&... x) {
    return value_and_gradient_at(g, std::array<Array, sizeof...(x)>{Array(x)...}, argument);
  };
}

template <class F>
[[nodiscard]] auto jacobian(F f, std::size_t argument = 0) {
  return [g = as_array_function(std::move(f)), argument](const auto&... x) {
    return jacobian_at(g, std::array<Array, sizeof...(x)>{Array(x)...}, argument);
  };
}

template <class F>
[[nodiscard]] auto hessian(F f, std::size_t argument = 0) {
  return [g = as_array_function(std::move(f)), argument](const auto&... x) {
    return hessian_at(g, std::array<Array, sizeof...(x)>{Array(x)...}, argument);
  };
}

template <class F>
[[nodiscard]] auto hvp(F f) {
  return [g = as_array_function(std::move(f))](const Array& x, const Array& direction) {
    return hvp_at(g, x, direction);
  };
}

/// For an f with one result.
template <class F>
[[nodiscard]] auto vmap(F f, std::vector<bool> batched = {}) {
  return [g = as_array_function(std::move(f)), batched = std::move(batched)](const auto&... x) {
    return vmap_at(g, std::array<Array, sizeof...(x)>{Array(x)...}, batched).front();
  };
}

}  // namespace downhill
