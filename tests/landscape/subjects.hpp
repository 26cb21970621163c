#pragma once
#include <downhill/landscape.hpp>
#include <downhill/loss.hpp>
#include <downhill/operations.hpp>

#include <utility>

namespace downhill::landscape {

/// A loss of n variables as array program and objective.
template <class F>
Subject subject_of(F f, std::int64_t n) {
  const ArrayFunction loss = as_array_function(std::move(f));
  return {.objective = traced_objective(loss, Type{DType::f64, Shape{n}}), .loss = loss};
}

inline Array rosenbrock(const Array& x) {
  const Array a = index(x, 0), b = index(x, 1);
  return square(1 - a) + 100 * square(b - square(a));
}

}  // namespace downhill::landscape
