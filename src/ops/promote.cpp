#include "ops/promote.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace downhill::ops {

DType common_dtype(std::initializer_list<const Array*> operands) {
  DType strong = DType::boolean;
  DType weak = DType::boolean;
  bool has_strong = false;
  for (const Array* operand : operands) {
    if (operand->is_weak()) {
      weak = std::min(weak, operand->dtype());
    } else {
      strong = std::min(strong, operand->dtype());
      has_strong = true;
    }
  }
  if (!has_strong || (weak == DType::f64 && !is_real(strong))) {
    return weak;
  }
  return weak == DType::i32 && strong == DType::boolean ? DType::i32 : strong;
}

DType common_real_dtype(std::initializer_list<const Array*> operands) {
  const DType dtype = common_dtype(operands);
  return is_real(dtype) ? dtype : DType::f64;
}

std::vector<Array> matched(std::string_view operation, std::initializer_list<const Array*> operands, DType dtype) {
  Shape shape;
  for (const Array* operand : operands) {
    shape = broadcast_shapes(operation, shape, operand->shape());
  }
  std::vector<Array> results;
  for (const Array* operand : operands) {
    results.push_back(broadcast_to(astype(*operand, dtype), shape));
  }
  return results;
}

std::size_t resolve_axis(std::string_view operation, std::int64_t axis, const Type& type) {
  const auto rank = static_cast<std::int64_t>(type.shape.rank());
  if (axis < -rank || axis >= rank) {
    throw ShapeError(fmt::format("{}: axis {} is outside the {} axes of {}", operation, axis, rank, to_string(type)));
  }
  return static_cast<std::size_t>(axis < 0 ? axis + rank : axis);
}

}  // namespace downhill::ops
