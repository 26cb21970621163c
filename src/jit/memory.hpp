#pragma once
#include "jit/combine.hpp"
#include "jit/emitter.hpp"

namespace downhill::jit {

/// Elements of one buffer for the lanes of a vector: lane l at base[index + l * stride].
struct LaneAccess {
  Value* base = nullptr;
  DType dtype = DType::f64;
  Value* index = nullptr;  ///< i64
  std::int64_t stride = 1;
  unsigned lanes = 1;
  Value* mask = nullptr;   ///< lanes that take part; null: all
  Value* zeros = nullptr;  ///< 64 zero bytes; needed by a masked access of one lane or of bools
};

/// The elements in registers; zero in lanes that take no part, whose memory is not touched.
[[nodiscard]] Value* load_lanes(Emitter& emitter, const LaneAccess& access);
/// Writes the lanes that take part. With stride 0 the first lane is written: all hold the same value.
void store_lanes(Emitter& emitter, const LaneAccess& access, Value* value);

/// Lane j of row i becomes lane i of row j. As many rows as each has lanes, a power of two.
[[nodiscard]] Values transposed(Emitter& emitter, Values rows);
/// The vector with more lanes, whose content is undefined, and the vector of its first lanes.
[[nodiscard]] Value* widened(Emitter& emitter, Value* vector, unsigned lanes);
[[nodiscard]] Value* first_lanes(Emitter& emitter, Value* vector, unsigned lanes);

/// 0, 1, 2, … as i32.
[[nodiscard]] llvm::Constant* lane_numbers(Emitter& emitter, unsigned lanes);
/// Lanes l with base + l < end, both i64.
[[nodiscard]] Value* lanes_below(Emitter& emitter, Value* base, Value* end, unsigned lanes);

}  // namespace downhill::jit
