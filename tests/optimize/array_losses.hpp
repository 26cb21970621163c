#pragma once
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <cstdint>
#include <functional>

/// Losses of one vector, written on arrays.
namespace downhill {

using Function = std::function<Array(const Array&)>;

inline Objective loss(const Function& f, std::size_t n) {
  return traced_objective(as_array_function(f), Type{DType::f64, Shape{static_cast<std::int64_t>(n)}});
}

inline Array at(const Array& x, std::int64_t i) { return reshape(slice(x, {{i, i + 1}}), Shape{}); }

}  // namespace downhill
