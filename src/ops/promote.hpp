#pragma once
#include <downhill/array.hpp>

#include <initializer_list>
#include <string_view>
#include <vector>

/// What happens to the arguments of an array function before they reach a primitive.
namespace downhill::ops {

/// The common type of the operands: the first of f64, f32, i32, bool that an array has; plain numbers count only if
/// nothing else does, or if a real number meets integers (then f64).
[[nodiscard]] DType common_dtype(std::initializer_list<const Array*> operands);
/// The same, with i32 and bool replaced by f64.
[[nodiscard]] DType common_real_dtype(std::initializer_list<const Array*> operands);

/// Converts to one type and broadcasts to one shape.
[[nodiscard]] std::vector<Array> matched(std::string_view operation, std::initializer_list<const Array*> operands,
                                         DType dtype);

/// Axis in [0, rank) for an axis in [-rank, rank). Throws ShapeError naming the operation.
[[nodiscard]] std::size_t resolve_axis(std::string_view operation, std::int64_t axis, const Type& type);

}  // namespace downhill::ops
