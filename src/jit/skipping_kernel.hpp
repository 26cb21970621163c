#pragma once
#include <functional>
#include <map>
#include <tuple>

#include "jit/nest.hpp"
#include "jit/product_kernel.hpp"
#include "jit/skipping_plan.hpp"

namespace downhill::jit {

/// The inner functions of a product that skips zeros. Each is emitted at first use.
class SkippingKernels {
 public:
  enum class Start { zero, accumulate };
  /// What becomes of the sums of a row.
  enum class End {
    partial,   ///< they go on with the next k's
    complete,  ///< of a block of k, in memory: they wait for others, or are turned later
    stored,    ///< in C
    finished,  ///< handed on to the epilogue, and stored in C if that is kept
    turned,    ///< squares of them turned, then stored or handed on
  };
  using Epilogue = ProductKernels::Epilogue;

  /// `epilogue` may be null.
  SkippingKernels(Layout& layout, const SkippingPlan& plan, const Epilogue* epilogue)
      : layout_(layout),
        emitter_(layout.emitter),
        ir_(layout.emitter.ir),
        plan_(plan),
        shape_(plan.shape),
        epilogue_(epilogue),
        dense_(layout.emitter, plan.shape, epilogue) {}

  /// Arguments of `rows`, behind the frame.
  struct Rows {
    Value* a = nullptr;        ///< first row of the chunk, at the first k
    Value* bits = nullptr;     ///< of these, the word of the first k
    Value* b = nullptr;        ///< B, or its copy, from there on
    Value* count = nullptr;    ///< rows, i64
    Value* sums = nullptr;     ///< partial sums, rows a panel apart
    Value* c = nullptr;        ///< where the sums go: the first row's, rows a panel apart (complete) or as in C
    Value* waiting = nullptr;  ///< block results that wait, levels `waiting_stride()` bytes apart
    Value* merge = nullptr;    ///< i64, bit l: that of level l is added
    Value* unsafe = nullptr;   ///< i64, not 0: B has elements of this block that are not finite
    Value* a_block = nullptr;  ///< as a and B itself, at the first k of the block, and how many it has
    Value* b_block = nullptr;
    Value* k_block = nullptr;
    Value* row = nullptr;  ///< place of the first sum in the product of the plan
    Value* column = nullptr;
  };
  /// All rows of a chunk for one cut of k and one panel of `columns` columns.
  llvm::Function* rows(std::int64_t columns, Start start, End end);
  [[nodiscard]] static Values arguments(Value* frame, const Rows& rows);

  /// i64(ptr b, ptr panel, i64 k): columns of B to panel[k][panel()], where they are packed; not 0 if one of them is not finite.
  llvm::Function* copy(std::int64_t columns);

  /// Of a row of sums, and of the copy of B.
  [[nodiscard]] std::int64_t row_bytes() const { return shape_.panel() * shape_.bytes(); }
  [[nodiscard]] std::int64_t waiting_stride() const { return plan_.most_rows * row_bytes(); }
  /// Elements between the first elements of row r and of row 0, for a row within a chunk.
  Value* row_offset(Value* row);
  /// Elements between neighbouring k's of a row.
  [[nodiscard]] std::int64_t k_stride() const { return plan_.copied ? shape_.lanes : shape_.a_column; }

 private:
  Layout& layout_;
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const SkippingPlan& plan_;
  const ProductShape& shape_;
  const Epilogue* epilogue_;
  ProductKernels dense_;
  std::map<std::tuple<std::int64_t, Start, End>, llvm::Function*> rows_;
  std::map<std::int64_t, llvm::Function*> copies_;
  std::map<std::int64_t, llvm::Function*> recomputed_;

  struct Row;
  [[nodiscard]] llvm::Type* element() { return shape_.dtype == DType::f64 ? ir_.getDoubleTy() : ir_.getFloatTy(); }
  [[nodiscard]] llvm::Type* vector() { return llvm::FixedVectorType::get(element(), shape_.lanes); }
  [[nodiscard]] llvm::Align alignment() const { return llvm::Align(static_cast<std::uint64_t>(shape_.bytes())); }
  [[nodiscard]] std::int64_t second_stride() const {
    return plan_.packed ? row_bytes() : shape_.b_row * shape_.bytes();
  }
  [[nodiscard]] std::int64_t vector_bytes() const { return shape_.lanes * shape_.bytes(); }
  Value* at(Value* base, Value* elements) { return emitter_.at(base, emitter_.times(elements, shape_.bytes())); }
  Value* load(Value* base, std::int64_t v);
  void store(Value* base, std::int64_t v, Value* value);
  Value* bits_of(Value* bits);
  Values walk(Value* bits, Value* a, Value* b, Values sums);
  Value* is_negative_zero(const Values& sums);
  llvm::Function* recomputed(std::int64_t columns);
  Values completed(const Rows& rows, Value* row, std::int64_t columns, const Values& sums);
  void turn(Scope& scope, NestEmitter* nest, const Rows& rows, Value* first, Value* sums, std::int64_t columns);
};

}  // namespace downhill::jit
