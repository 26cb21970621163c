#pragma once
#include <downhill/derivatives.hpp>
#include <downhill/type.hpp>

#include <cstddef>
#include <span>
#include <vector>

/// What of a loss need be computed only once for all points of a plane.
namespace downhill::landscape {

/// f(origin + s u + t v) in two parts.
///
/// Up to the first operation that is not linear in x, every value is an affine function of (s, t): its coefficients are computed once,
/// each by the operations of f itself, and a point costs two multiply-adds an element in place of, say, a product of matrices. That is
/// right up to rounding; where nothing is saved, `is_worthwhile` is false.
struct AffineSplit {
  ArrayFunction prepare;       ///< (origin, one array a direction, data…) -> what the points need
  ArrayFunction evaluate;      ///< (s f64[], t f64[] if there are two directions, what prepare gives…) -> (f)
  std::vector<Type> prepared;  ///< the types of what prepare gives
  bool is_worthwhile = false;  ///< a product of matrices is saved
};

/// loss: takes x (inputs[0]) and data (the others)
[[nodiscard]] AffineSplit split_affine(const ArrayFunction& loss, std::span<const Type> inputs, std::size_t directions);

}  // namespace downhill::landscape
