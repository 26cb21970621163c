#pragma once
#include "ir/primitive.hpp"

#include <cstdint>
#include <vector>

/// What the primitives that only move elements share: zeros, and pieces copied over them.
namespace downhill::ops {

/// Writes the result of a view: zeros, then the pieces.
void copy_pieces(const ir::Call& call, const std::vector<ir::ViewPiece>& pieces);

/// The reference semantics of a view.
template <std::vector<ir::ViewPiece> (*view)(std::span<const Type>, const ir::Attributes&)>
ir::Status evaluate_view(const ir::Call& call) {
  copy_pieces(call, view(call.operand_types, call.attributes));
  return {};
}

/// Every index of a shape.
[[nodiscard]] std::vector<ir::ViewPiece::Range> whole(const Shape& shape);

/// `values` plus `shift`, behind a leading entry for the batch axis.
[[nodiscard]] std::vector<std::int64_t> behind_batch(const std::vector<std::int64_t>& values, std::int64_t first,
                                                     std::int64_t shift = 0);

/// 1, 2, 3, … in a shape: the operand of examples.
[[nodiscard]] Array counted(const Shape& shape);

}  // namespace downhill::ops
