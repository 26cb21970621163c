#pragma once
#include <functional>
#include <map>
#include <tuple>

#include "jit/emitter.hpp"
#include "jit/nest_plan.hpp"
#include "jit/product_shape.hpp"
#include "jit/scope.hpp"

namespace downhill::jit {

/// Calls `body` for the blocks of k, in a loop but for the last: with the block, how many k's it has, the levels whose partial results it ends
/// (bit l: level l), and the level at which its own result waits, null if it does not.
void for_blocks(Emitter& emitter, const ProductShape& shape,
                const std::function<void(Value* block, std::int64_t k, Value* merge, Value* level)>& body);

/// The inner functions of one product: tiles of C in registers, and panels of B made contiguous. Each is emitted at first use.
class ProductKernels {
 public:
  enum class Start { zero, accumulate };
  /// What becomes of a tile.
  enum class End {
    stored,   ///< in C
    dense,    ///< a partial result: its columns are adjacent whatever the strides of C
    finished  ///< handed on to the epilogue, and stored in C if that is kept
  };
  /// What goes on with the elements of C.
  struct Epilogue {
    Layout& layout;
    NestPlan plan;
    loops::BufferId c = 0;  ///< what it reads from there is in registers
    bool keeps_c = true;
  };

  /// `epilogue` may be null.
  ProductKernels(Emitter& emitter, const ProductShape& shape, const Epilogue* epilogue)
      : emitter_(emitter), ir_(emitter.ir), shape_(shape), epilogue_(epilogue) {}

  /// void(ptr a, ptr b, ptr c, i64 c_row, i64 k, ptr waiting, i64 merge): a tile of `rows` times `columns` elements, columns at most a panel.
  ///
  /// a, b    first element of the tile's rows of A and of its panel of B (packed: the panel's copy)
  /// c       first element of the tile of C, rows `c_row` elements apart
  /// k       how many k's to run over, at most a block
  /// merge   with waits_in_c(): not 0 if what C holds is added; else bit l set: the partial result of level l is added, lowest first, before the tile is stored
  /// waiting partial results of this tile, levels `waiting_stride()` bytes apart, rows a panel apart
  /// start   zero: sums start from +0; accumulate: from what C holds
  /// With End::finished, the parameters begin with ptr frame and end with i64 row, i64 column (of the tile's first element), ptr tile, i64 first
  /// (memory of the enclosing tile loop and the first index of its block).
  llvm::Function* tile(std::int64_t rows, std::int64_t columns, Start start, End end);

  /// void(ptr b, ptr panel, i64 k, i64 columns): columns of B, at most a panel, to panel[k][panel()].
  llvm::Function* pack();

  [[nodiscard]] std::int64_t waiting_stride() const { return shape_.row_chunk() * shape_.panel() * shape_.bytes(); }

  /// Rows of lanes k's each, one for each of `lanes` columns of B from first_column on; columns beyond the last repeat it, k's from k_end on
  /// (null: there are none) are zero.
  Values load_square(Value* b, Value* k, Value* k_end, Value* first_column, Value* columns);
  /// The same as rows of `to`, a panel apart; the square may reach over the ends.
  void turn_into_panel(Value* b, Value* k, Value* k_end, Value* first_column, Value* columns, Value* to);
  /// Adds the partial results of the levels whose bits are set, lowest first. load(level, row, vector) fetches one.
  Values merge_waiting(Value* merge, std::int64_t rows, std::int64_t vectors, Values accumulators,
                       const std::function<Value*(std::int64_t, std::int64_t, std::int64_t)>& load);
  /// The elements of the epilogue that are those of C, with the vectors of one row.
  [[nodiscard]] std::map<std::size_t, Values> from_registers(const Values& sums) const;

 private:
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const ProductShape& shape_;
  const Epilogue* epilogue_;
  std::map<std::tuple<std::int64_t, std::int64_t, Start, End>, llvm::Function*> tiles_;
  llvm::Function* pack_ = nullptr;

  [[nodiscard]] llvm::Type* element() { return shape_.dtype == DType::f64 ? ir_.getDoubleTy() : ir_.getFloatTy(); }
  [[nodiscard]] llvm::Type* vector() {
    return shape_.lanes == 1 ? element() : llvm::FixedVectorType::get(element(), shape_.lanes);
  }
  [[nodiscard]] llvm::Align alignment() const { return llvm::Align(static_cast<std::uint64_t>(shape_.bytes())); }
  Value* at(Value* base, Value* elements) { return emitter_.at(base, emitter_.times(elements, shape_.bytes())); }
  Value* at(Value* base, std::int64_t elements) { return emitter_.at(base, elements * shape_.bytes()); }
  Value* column_mask(std::int64_t columns);
  Value* load_row(Value* b, Value* k, std::int64_t first_column, std::int64_t columns);
  void fetch_first(Value* a, Value* k, std::int64_t count);
  Values multiply(Value* a, Value* k, const Values& row_of_b, Values accumulators, std::int64_t rows);
  Values run(Value* a, Value* b, Value* k_end, std::int64_t rows, std::int64_t columns, Values accumulators);
  void store_turned(Value* c, std::int64_t rows, std::int64_t columns, const Values& sums);
  void finish(Scope& scope, std::int64_t rows, std::int64_t columns, const Values& sums);
  void fetch_ahead(Scope& scope, std::int64_t rows, std::int64_t columns);
};

}  // namespace downhill::jit
