#pragma once
#include "jit/skipping_kernel.hpp"

namespace downhill::jit {

/// Emits one product that leaves out the zeros of a factor: whether to, the places of what is not zero, and the sums.
class SkippingProduct {
 public:
  /// `epilogue` is the nest that the product hands its result on to; null if it does not. Reserves room in the workspace.
  SkippingProduct(Layout& layout, const loops::Product& product, const SkippingPlan& plan, const loops::Nest* epilogue);

  /// i1: so many elements of a sample of A are zero that skipping pays.
  Value* emit_choice(Scope& scope);
  /// Independent pieces of the search for zeros: `lanes` rows each.
  [[nodiscard]] std::int64_t search_units() const { return plan_.padded_rows() / plan_.shape.lanes; }
  void emit_search(Scope& scope, Value* begin, Value* end);
  /// Independent pieces of the product: panels times chunks of rows.
  [[nodiscard]] std::int64_t units() const { return plan_.panels() * plan_.chunks(); }
  void emit_units(Scope& scope, Value* begin, Value* end);

 private:
  Layout& layout_;
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const loops::Product& product_;
  SkippingPlan plan_;
  const ProductShape& shape_;
  std::optional<ProductKernels::Epilogue> epilogue_;
  SkippingKernels kernels_;
  std::uint64_t bits_;        // workspace offset: [words][padded rows] of 32 bits
  std::uint64_t copied_ = 0;  // workspace offset: A as [padded rows / lanes][k][lanes]

  using Start = SkippingKernels::Start;
  using End = SkippingKernels::End;
  Value* first_factor(Scope& scope);
  Value* bytes(Value* base, Value* elements) { return emitter_.at(base, emitter_.times(elements, shape_.bytes())); }
  Value* nonzero(Value* numbers);
  Value* vector_of_a(Value* a, Value* row, Value* k, Value* mask);
  void search_rows(Value* a, Value* bits, Value* row);
  void search_columns(Value* a, Value* bits, Value* copy, Value* row);
  void emit_panel(Scope& scope, Value* row, Value* count, Value* panel, std::int64_t columns);
};

}  // namespace downhill::jit
