#pragma once
#include "ir/loops.hpp"
#include "jit/emitter.hpp"

namespace downhill::jit {

/// The documented order of sums (ir/loops.hpp, Reduction): partial results per block, and elements per block.
[[nodiscard]] constexpr unsigned partial_count(DType dtype) { return dtype == DType::f64 ? 8 : 16; }
inline constexpr std::int64_t block_elements = 1024;

/// Operations of one reduction, on scalars and vectors of its type (a bool is i1).
class Combiner {
 public:
  Combiner(Emitter& emitter, ir::Combine combine, DType dtype) : emitter_(emitter), combine_(combine), dtype_(dtype) {}

  /// a op b; a null operand is an identity.
  [[nodiscard]] Value* operator()(Value* a, Value* b) const;
  /// What partial results start from.
  [[nodiscard]] Value* identity(unsigned lanes) const;
  /// The value over no elements.
  [[nodiscard]] Value* empty() const;
  /// Folds partial results by halves: p[j] op p[j + L/2], then L/4, …, 1. Null entries are identities.
  [[nodiscard]] Value* fold(Values partials) const;
  /// The same where the partial results are the lanes of vectors, `vectors[0]` holding the first of them.
  [[nodiscard]] Value* fold_lanes(Values vectors) const;

 private:
  Emitter& emitter_;
  ir::Combine combine_;
  DType dtype_;
};

/// Type of one value of `dtype` in registers.
[[nodiscard]] llvm::Type* register_type(Emitter& emitter, DType dtype, unsigned lanes);
/// Type of `lanes` elements of `dtype` in memory.
[[nodiscard]] llvm::Type* memory_type(Emitter& emitter, DType dtype, unsigned lanes);
/// A loaded element as it is in registers, and the other way round: only a bool differs.
[[nodiscard]] Value* from_memory(Emitter& emitter, DType dtype, Value* loaded);
[[nodiscard]] Value* to_memory(Emitter& emitter, DType dtype, Value* value);

}  // namespace downhill::jit
