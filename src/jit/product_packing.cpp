#include <algorithm>
#include <bit>

#include "jit/memory.hpp"
#include "jit/product.hpp"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {

std::int64_t ProductEmitter::packing_units() {
  if (!shape_.first_packed) return 0;
  const std::int64_t tiles = (shape_.m + shape_.rows - 1) / shape_.rows;
  packed_ = layout_.reserve(static_cast<std::uint64_t>(tiles * shape_.rows * shape_.k * shape_.bytes()));
  return tiles;
}

// Whole tiles [begin, end) of an A whose columns are contiguous, several at a time: the lines of one k are read together.
// Returns the first tile that is left.
Value* ProductEmitter::emit_packing_of_columns(Value* a, Value* packed, Value* begin, Value* end) {
  constexpr std::int64_t bytes_together = 256;
  const std::int64_t together = std::max<std::int64_t>(bytes_together / (shape_.rows * shape_.bytes()), 1);
  const auto copy = [&](Value* tile, std::int64_t count) {
    Value* const from = bytes(a, emitter_.times(tile, shape_.rows));
    Value* const to = bytes(packed, emitter_.times(tile, shape_.rows * shape_.k));
    emitter_.loop(emitter_.index(0), emitter_.index(shape_.k), 1, [&](Value* k) {
      const auto column = [&](Value* at) { return bytes(from, emitter_.times(at, shape_.a_column)); };
      constexpr std::int64_t line = 64;
      constexpr std::int64_t ahead = 4;
      for (std::int64_t byte = 0; byte < count * shape_.rows * shape_.bytes(); byte += line)
        emitter_.prefetch(emitter_.at(column(emitter_.plus(k, emitter_.index(ahead))), byte));
      for (std::int64_t turn = 0; turn < count; ++turn) {
        const auto lanes = static_cast<unsigned>(shape_.rows);
        Value* const rows = load_lanes(
            emitter_,
            {.base = column(k), .dtype = shape_.dtype, .index = emitter_.index(turn * shape_.rows), .lanes = lanes});
        store_lanes(
            emitter_,
            {.base = to,
             .dtype = shape_.dtype,
             .index = emitter_.plus(emitter_.times(k, shape_.rows), emitter_.index(turn * shape_.rows * shape_.k)),
             .lanes = lanes},
            rows);
      }
    });
  };
  Value* const groups = ir_.CreateSDiv(ir_.CreateSub(end, begin), emitter_.index(together));
  Value* const single = emitter_.plus(begin, emitter_.times(groups, together));
  emitter_.loop(emitter_.index(0), groups, 1,
                [&](Value* group) { copy(emitter_.plus(begin, emitter_.times(group, together)), together); });
  emitter_.loop(single, end, 1, [&](Value* tile) { copy(tile, 1); });
  return ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, begin, end);
}

void ProductEmitter::emit_packing(Scope& scope, Value* begin, Value* end) {
  Value* const a = bases(scope, emitter_.index(0), nullptr).a;
  Value* const packed = scope.workspace(packed_);
  if (shape_.a_row == 1) {
    Value* const whole = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, end, emitter_.index(shape_.m / shape_.rows));
    begin = emit_packing_of_columns(a, packed, begin, whole);
  }
  const bool in_squares =
      shape_.lanes > 1 && shape_.a_column == 1 && std::has_single_bit(static_cast<std::uint64_t>(shape_.rows));
  emitter_.loop(begin, end, 1, [&](Value* tile) {
    Value* const first_row = emitter_.times(tile, shape_.rows);
    // Rows beyond the last are copies of it.
    Values rows;
    for (std::int64_t r = 0; r < shape_.rows; ++r) {
      Value* const row = ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.plus(first_row, emitter_.index(r)),
                                                   emitter_.index(shape_.m - 1));
      rows.push_back(bytes(a, emitter_.times(row, shape_.a_row)));
    }
    Value* const to = bytes(packed, emitter_.times(first_row, shape_.k));
    const auto from = [&](std::int64_t r, Value* k, std::int64_t lanes) {
      return LaneAccess{.base = rows[static_cast<std::size_t>(r)],
                        .dtype = shape_.dtype,
                        .index = emitter_.times(k, shape_.a_column),
                        .lanes = static_cast<unsigned>(lanes)};
    };
    const auto into = [&](Value* k, std::int64_t r, std::int64_t lanes) {
      return LaneAccess{.base = to,
                        .dtype = shape_.dtype,
                        .index = emitter_.plus(emitter_.times(k, shape_.rows), emitter_.index(r)),
                        .lanes = static_cast<unsigned>(lanes)};
    };
    const std::int64_t whole = in_squares ? shape_.k / shape_.rows * shape_.rows : 0;
    emitter_.loop(emitter_.index(0), emitter_.index(whole), shape_.rows, [&](Value* k) {
      Values square;
      for (std::int64_t r = 0; r < shape_.rows; ++r) square.push_back(load_lanes(emitter_, from(r, k, shape_.rows)));
      square = transposed(emitter_, std::move(square));
      for (std::int64_t turn = 0; turn < shape_.rows; ++turn) {
        store_lanes(emitter_, into(emitter_.plus(k, emitter_.index(turn)), 0, shape_.rows),
                    square[static_cast<std::size_t>(turn)]);
      }
    });
    emitter_.loop(emitter_.index(whole), emitter_.index(shape_.k), 1, [&](Value* k) {
      for (std::int64_t r = 0; r < shape_.rows; ++r)
        store_lanes(emitter_, into(k, r, 1), load_lanes(emitter_, from(r, k, 1)));
    });
  });
}

}  // namespace downhill::jit
