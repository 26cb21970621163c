#pragma once
#include <functional>
#include <optional>

#include "jit/product_kernel.hpp"
#include "jit/scope.hpp"

namespace downhill::jit {

/// Emits one product: panels of the second factor, tiles of rows, blocks of k and their pairwise sums.
class ProductEmitter {
 public:
  /// The whole product, or the part of it that lies in one block of a tile loop: `cut` indices of its tiled axis.
  /// `epilogue` is the nest that the product hands its result on to; null if it does not.
  ProductEmitter(Layout& layout, const loops::Product& product, std::int64_t cut,
                 const loops::Nest* epilogue = nullptr);

  /// Independent pieces of work: batches times groups of panels times chunks of rows.
  [[nodiscard]] std::int64_t units() const { return batches_ * groups_ * chunks_; }
  /// Tiles of A to be copied before any unit runs; 0 if A is used where it lies. Reserves room in the workspace: call it once.
  std::int64_t packing_units();
  /// Copies tiles [begin, end) of A.
  void emit_packing(Scope& scope, Value* begin, Value* end);
  /// Runs units [begin, end) into C. `first` is the first index along the tiled axis (null: not tiled).
  void emit_units(Scope& scope, Value* begin, Value* end, Value* first);
  /// For a tiled k: adds k's [begin, end), all within one block of 512, to the sums in C or, if k has several blocks, in `room`.
  void emit_k_range(Scope& scope, Value* begin, Value* end, std::uint64_t room);
  /// For a tiled k of several blocks: sums the blocks' results in `room` pairwise into C.
  void emit_combination(Scope& scope, std::uint64_t room);
  /// Bytes of that room; 0 if it is not needed.
  [[nodiscard]] std::uint64_t room_bytes() const;
  [[nodiscard]] const ProductShape& shape() const { return shape_; }

 private:
  struct Bases {
    Value* a = nullptr;
    Value* b = nullptr;
    Value* c = nullptr;
  };
  enum class Role { a, b, c };

  Layout& layout_;
  Emitter& emitter_;
  llvm::IRBuilder<>& ir_;
  const loops::Product& product_;
  std::int64_t cut_;  // extent of the tiled axis here
  bool swapped_;
  ProductShape shape_;
  std::optional<ProductKernels::Epilogue> epilogue_;
  ProductKernels kernels_;
  std::uint64_t packed_ = 0;  // workspace offset of the copy of A
  std::int64_t batches_ = 1;
  std::int64_t groups_;
  std::int64_t chunks_;

  Value* start(Scope& scope, const loops::Matrix& matrix, Role role, Value* batch, Value* first);
  Bases bases(Scope& scope, Value* batch, Value* first);
  /// Where a group stands: its first row and column in C, counted over the whole product, and the function around it.
  struct Place {
    Scope* scope = nullptr;
    Value* row = nullptr;
    Value* column = nullptr;
  };
  void emit_group(const Bases& bases, const Place& place, std::int64_t columns, Value* chunk, Value* panel_memory,
                  Value* waiting);
  Value* emit_packing_of_columns(Value* a, Value* packed, Value* begin, Value* end);
  void fetch_upcoming(Scope& scope, std::int64_t multiplications);
  void for_tiles(Value* rows, std::int64_t rest, Value* is_last,
                 const std::function<void(Value* row, std::int64_t rows)>& body);
  [[nodiscard]] bool is_tiled_k() const { return product_.tiled == loops::Product::Axis::k; }
  Value* bytes(Value* base, Value* elements) { return emitter_.at(base, emitter_.times(elements, shape_.bytes())); }
};

}  // namespace downhill::jit
