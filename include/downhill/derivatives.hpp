#pragma once
#include <downhill/array.hpp>

#include <array>
#include <concepts>
#include <functional>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

/// Derivatives of functions of arrays, as functions over callables. They compose to any order and in any mixture, run at
/// once outside a trace and become part of the program inside one. Inputs and results are real arrays; i32 and bool
/// arguments are allowed where nothing is differentiated with respect to them.
namespace downhill {

/// Several arrays to several arrays: what every callable below is turned into.
using ArrayFunction = std::function<std::vector<Array>(std::span<const Array>)>;

/// Throws ShapeError `function: takes 2 arrays: given 3` unless the numbers agree.
void require_argument_count(std::size_t given, std::size_t taken);

/// Wraps a callable `Array f(Array…)` of up to four arrays, or one that takes std::span<const Array>.
template <class F>
[[nodiscard]] ArrayFunction as_array_function(F f) {
  if constexpr (std::is_invocable_v<F, std::span<const Array>>) {
    return [f = std::move(f)](std::span<const Array> x) -> std::vector<Array> {
      if constexpr (std::is_convertible_v<std::invoke_result_t<F, std::span<const Array>>, Array>) {
        return {f(x)};
      } else {
        return f(x);
      }
    };
  } else {
    return [f = std::move(f)](std::span<const Array> x) -> std::vector<Array> {
      if constexpr (std::is_invocable_v<F, Array>) {
        require_argument_count(x.size(), 1);
        return {f(x[0])};
      } else if constexpr (std::is_invocable_v<F, Array, Array>) {
        require_argument_count(x.size(), 2);
        return {f(x[0], x[1])};
      } else if constexpr (std::is_invocable_v<F, Array, Array, Array>) {
        require_argument_count(x.size(), 3);
        return {f(x[0], x[1], x[2])};
      } else {
        static_assert(std::is_invocable_v<F, Array, Array, Array, Array>,
                      "a function of up to four arrays, or of std::span<const Array>");
        require_argument_count(x.size(), 4);
        return {f(x[0], x[1], x[2], x[3])};
      }
    };
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

/// What a transform of a callable gives: a function of arrays, one by one or as a span.
template <class Result>
class Transformed {
 public:
  explicit Transformed(std::function<Result(std::span<const Array>)> function) : function_(std::move(function)) {}

  Result operator()(std::span<const Array> x) const { return function_(x); }

  template <class... X>
    requires(sizeof...(X) > 0 && (std::convertible_to<X, Array> && ...))
  Result operator()(const X&... x) const {
    const std::array<Array, sizeof...(X)> arrays{Array(x)...};
    return function_(arrays);
  }

 private:
  std::function<Result(std::span<const Array>)> function_;
};

// From callable to callable: `grad(f)(x, …)` differentiates with respect to the first argument, `grad(f, 1)` to the
// second.

template <class F>
[[nodiscard]] Transformed<Array> grad(F f, std::size_t argument = 0) {
  return Transformed<Array>([g = as_array_function(std::move(f)), argument](std::span<const Array> x) {
    return value_and_gradient_at(g, x, argument).gradient;
  });
}

template <class F>
[[nodiscard]] Transformed<ValueAndGradient> value_and_grad(F f, std::size_t argument = 0) {
  return Transformed<ValueAndGradient>([g = as_array_function(std::move(f)), argument](std::span<const Array> x) {
    return value_and_gradient_at(g, x, argument);
  });
}

template <class F>
[[nodiscard]] Transformed<Array> jacobian(F f, std::size_t argument = 0) {
  return Transformed<Array>([g = as_array_function(std::move(f)), argument](std::span<const Array> x) {
    return jacobian_at(g, x, argument);
  });
}

template <class F>
[[nodiscard]] Transformed<Array> hessian(F f, std::size_t argument = 0) {
  return Transformed<Array>(
      [g = as_array_function(std::move(f)), argument](std::span<const Array> x) { return hessian_at(g, x, argument); });
}

/// hvp(f)(x, direction)
template <class F>
[[nodiscard]] Transformed<Array> hvp(F f) {
  return Transformed<Array>([g = as_array_function(std::move(f))](std::span<const Array> x) {
    require_argument_count(x.size(), 2);
    return hvp_at(g, x[0], x[1]);
  });
}

/// For an f with one result.
template <class F>
[[nodiscard]] Transformed<Array> vmap(F f, std::vector<bool> batched = {}) {
  return Transformed<Array>([g = as_array_function(std::move(f)), batched = std::move(batched)](
                                std::span<const Array> x) { return vmap_at(g, x, batched).front(); });
}

}  // namespace downhill
