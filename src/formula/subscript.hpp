#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "formula/expression.hpp"
#include "formula/value.hpp"

/// numpy's indexing by numbers, slices, None, ... and one array of indices.
namespace downhill::formula {

struct Index {
  Subscript::Kind kind = Subscript::Kind::index;
  Value value = {};  ///< for Kind::index: a number, or an array or list of indices
  std::optional<std::int64_t> start;
  std::optional<std::int64_t> stop;
  std::optional<std::int64_t> step;
};

/// `object[indices]`. A list of values is indexed as a list by one number, otherwise as an array.
/// Throws ShapeError for too many indices, an index out of range, a step of 0.
[[nodiscard]] Value subscript(const Value& object, std::vector<Index> indices);

}  // namespace downhill::formula
