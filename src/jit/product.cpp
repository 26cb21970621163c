#include "jit/product.hpp"

#include "jit/memory.hpp"
#include "jit/runtime.hpp"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {
namespace {

using Axis = loops::Product::Axis;

ProductShape shape_of(const loops::Product& product, std::int64_t cut, bool swapped, const Target& target) {
  loops::Product part = product;
  if (product.tiled == Axis::k) part.k = cut;
  return product_shape(part, swapped, product.tiled == Axis::m ? cut : product.m,
                       product.tiled == Axis::n ? cut : product.n, target);
}

std::int64_t divided_up(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

ProductEmitter::ProductEmitter(Layout& layout, const loops::Product& product, std::int64_t cut,
                               const loops::Nest* epilogue)
    : layout_(layout),
      emitter_(layout.emitter),
      ir_(layout.emitter.ir),
      product_(product),
      cut_(cut),
      swapped_(epilogue == nullptr && is_better_swapped(product, layout.emitter.target)),
      shape_(shape_of(product, cut, swapped_, layout.emitter.target)),
      epilogue_(epilogue == nullptr ? std::nullopt
                                    : std::optional<ProductKernels::Epilogue>(
                                          {layout, plan_epilogue(*epilogue, shape_.lanes), product.c.buffer,
                                           product.result == loops::Product::Result::stored_and_handed_on})),
      kernels_(layout.emitter, shape_, epilogue_ ? &*epilogue_ : nullptr),
      groups_(divided_up(shape_.n, shape_.panel() * shape_.group())),
      chunks_(divided_up(shape_.m, shape_.row_chunk())) {
  for (std::size_t axis = 0; axis < product.batch.size(); ++axis) {
    const bool is_cut = product.tiled == Axis::batch && product.tiled_batch_axis == axis;
    batches_ *= is_cut ? cut : product.batch[axis];
  }
}

// First element of a matrix in one batch; `first` counts along the tiled axis, from the block's start in a tile buffer.
Value* ProductEmitter::start(Scope& scope, const loops::Matrix& matrix, Role role, Value* batch, Value* first) {
  Value* sum = affine_start(scope, matrix.offset);
  Value* rest = batch;
  for (std::size_t axis = product_.batch.size(); axis-- > 0;) {
    const bool is_cut = product_.tiled == Axis::batch && product_.tiled_batch_axis == axis;
    const std::int64_t extent = is_cut ? cut_ : product_.batch[axis];
    Value* at = ir_.CreateURem(rest, emitter_.index(extent));
    rest = ir_.CreateUDiv(rest, emitter_.index(extent));
    if (matrix.batch[axis] != 0) sum = emitter_.plus(sum, emitter_.times(at, matrix.batch[axis]));
  }
  std::int64_t along = 0;  // stride of the tiled axis
  switch (product_.tiled) {
    case Axis::none: break;
    case Axis::batch: along = matrix.batch[product_.tiled_batch_axis]; break;
    case Axis::m: along = role == Role::b ? 0 : matrix.row; break;
    case Axis::n: along = role == Role::a ? 0 : matrix.column; break;
    case Axis::k: along = role == Role::a ? matrix.column : role == Role::b ? matrix.row : 0; break;
  }
  const bool in_tile = layout_.buffer(matrix.buffer).place == loops::BufferDeclaration::Place::tile;
  if (along != 0 && first != nullptr) {
    Value* const from = in_tile ? ir_.CreateSub(first, scope.tile_first()) : first;
    sum = emitter_.plus(sum, emitter_.times(from, along));
  }
  return bytes(scope.base(matrix.buffer), sum);
}

ProductEmitter::Bases ProductEmitter::bases(Scope& scope, Value* batch, Value* first) {
  Value* const a = start(scope, product_.a, Role::a, batch, first);
  Value* const b = start(scope, product_.b, Role::b, batch, first);
  Value* const c = start(scope, product_.c, Role::c, batch, first);
  return swapped_ ? Bases{b, a, c} : Bases{a, b, c};
}

// Full tiles of a chunk of rows, then the rows that are left over in the last chunk.
void ProductEmitter::for_tiles(Value* rows, std::int64_t rest, Value* is_last,
                               const std::function<void(Value*, std::int64_t)>& body) {
  emitter_.loop(emitter_.index(0), rows, shape_.rows, [&](Value* row) { body(row, shape_.rows); });
  if (rest == 0) return;
  if (is_last == nullptr) {
    body(rows, rest);
  } else {
    emitter_.when(is_last, [&] { body(rows, rest); });
  }
}

// While a tile of so many multiplications of vectors is computed, memory has time for some lines of what comes later.
void ProductEmitter::fetch_upcoming(Scope& scope, std::int64_t multiplications) {
  constexpr std::int64_t smallest_product = 1 << 18;
  constexpr std::int64_t multiplications_a_line = 128;
  constexpr std::int64_t most_lines = 16;
  const std::int64_t lines = std::min(multiplications / multiplications_a_line, most_lines);
  if (lines < 1 || shape_.m * shape_.n * shape_.k < smallest_product) return;
  llvm::Type* const pointer = emitter_.pointer();
  Value* const place = emitter_.at(scope.control(), static_cast<std::int64_t>(ControlOffset::fetch));
  Value* const fetch = ir_.CreateAlignedLoad(pointer, place, llvm::Align(8));
  emitter_.when(ir_.CreateIsNotNull(fetch), [&] {
    auto* const type = llvm::FunctionType::get(ir_.getVoidTy(), {pointer, ir_.getInt64Ty()}, false);
    ir_.CreateCall(type, fetch, {scope.control(), emitter_.index(lines)});
  });
}

// All of k for one chunk of rows and `columns` columns, at most a group of panels.
void ProductEmitter::emit_group(const Bases& bases, const Place& at, std::int64_t columns, Value* chunk,
                                Value* panel_memory, Value* waiting) {
  const std::int64_t rest = shape_.m % shape_.rows;
  const std::int64_t whole = shape_.m - rest;
  Value* is_last = nullptr;
  Value* rows = emitter_.index(whole);
  if (chunks_ > 1) {
    is_last = ir_.CreateICmpEQ(chunk, emitter_.index(chunks_ - 1));
    rows = ir_.CreateSelect(is_last, emitter_.index(whole - (chunks_ - 1) * shape_.row_chunk()),
                            emitter_.index(shape_.row_chunk()));
  }
  const bool packed = shape_.second == ProductShape::Second::packed;
  const std::int64_t width = shape_.panel();
  const std::int64_t panel_elements = ProductShape::block * width;
  // Whole panels in a loop, then what the last one has.
  const auto for_panels = [&](const std::function<void(Value * panel, std::int64_t panel_columns)>& body) {
    const std::int64_t full = columns / width;
    emitter_.loop(emitter_.index(0), emitter_.index(full), 1, [&](Value* panel) { body(panel, width); });
    if (columns % width != 0) body(emitter_.index(full), columns % width);
  };
  const auto over_block = [&](Value* block, std::int64_t k, Value* merge, Value* level) {
    Value* const first_k = emitter_.times(block, ProductShape::block);
    Value* const count = emitter_.index(k);
    const auto second = [&](Value* panel) {
      return bytes(bases.b, emitter_.plus(emitter_.times(first_k, shape_.b_row),
                                          emitter_.times(panel, width * shape_.b_column)));
    };
    const auto copy = [&](Value* panel) { return bytes(panel_memory, emitter_.times(panel, panel_elements)); };
    if (packed) {
      for_panels([&](Value* panel, std::int64_t panel_columns) {
        ir_.CreateCall(kernels_.pack(), {second(panel), copy(panel), count, emitter_.index(panel_columns)});
      });
    }
    for_tiles(rows, rest, is_last, [&](Value* row, std::int64_t tile_rows) {
      // A packed tile holds all of k for its rows.
      Value* const a = bytes(bases.a, emitter_.plus(emitter_.times(row, shape_.first_packed ? shape_.k : shape_.a_row),
                                                    emitter_.times(first_k, shape_.tile_column())));
      for_panels([&](Value* panel, std::int64_t panel_columns) {
        const std::int64_t waiting_panel = shape_.levels() * kernels_.waiting_stride() / shape_.bytes();
        Value* const own =
            waiting == nullptr
                ? llvm::ConstantPointerNull::get(ir_.getPtrTy())
                : bytes(waiting, emitter_.plus(emitter_.times(row, width), emitter_.times(panel, waiting_panel)));
        const bool dense = level != nullptr && !shape_.waits_in_c();
        Value* const in_c = bytes(
            bases.c, emitter_.plus(emitter_.times(row, shape_.c_row), emitter_.times(panel, width * shape_.c_column)));
        Value* const c =
            dense ? emitter_.at(own, ir_.CreateMul(level, emitter_.index(kernels_.waiting_stride()))) : in_c;
        Value* const c_row = emitter_.index(dense ? width : shape_.c_row);
        std::vector<Value*> arguments{a, packed ? copy(panel) : second(panel), c, c_row, count, own, merge};
        using End = ProductKernels::End;
        const End end = dense ? End::dense : epilogue_ && level == nullptr ? End::finished : End::stored;
        if (end == End::finished) {
          arguments.insert(arguments.begin(), at.scope->frame());
          arguments.push_back(emitter_.plus(at.row, row));
          arguments.push_back(emitter_.plus(at.column, emitter_.times(panel, width)));
          arguments.push_back(at.scope->tile_memory());
          arguments.push_back(at.scope->tile_first());
        }
        fetch_upcoming(*at.scope, tile_rows * divided_up(panel_columns, shape_.lanes) * k);
        ir_.CreateCall(kernels_.tile(tile_rows, panel_columns, ProductKernels::Start::zero, end), arguments);
      });
    });
  };
  for_blocks(emitter_, shape_, over_block);
}

void ProductEmitter::emit_units(Scope& scope, Value* begin, Value* end, Value* first) {
  const std::int64_t group_columns = shape_.panel() * shape_.group();
  const std::int64_t in_group = std::min(shape_.group(), divided_up(shape_.n, shape_.panel()));
  const auto panels_bytes =
      static_cast<std::uint64_t>(in_group * ProductShape::block * shape_.panel() * shape_.bytes());
  Value* const panel_memory = shape_.second == ProductShape::Second::packed ? scope.stack(panels_bytes) : nullptr;
  const bool waits = shape_.levels() > 0 && !shape_.waits_in_c();
  Value* const waiting =
      waits ? scope.stack(static_cast<std::uint64_t>(in_group * shape_.levels() * kernels_.waiting_stride())) : nullptr;
  emitter_.loop(begin, end, 1, [&](Value* unit) {
    Value* const chunk = chunks_ == 1 ? emitter_.index(0) : ir_.CreateURem(unit, emitter_.index(chunks_));
    Value* const above = chunks_ == 1 ? unit : ir_.CreateUDiv(unit, emitter_.index(chunks_));
    Value* const group = groups_ == 1 ? emitter_.index(0) : ir_.CreateURem(above, emitter_.index(groups_));
    Value* const batch = groups_ == 1 ? above : ir_.CreateUDiv(above, emitter_.index(groups_));
    Bases at = bases(scope, batch, first);
    Value* const row = emitter_.times(chunk, shape_.row_chunk());
    Value* const column = emitter_.times(group, group_columns);
    if (shape_.first_packed) at.a = scope.workspace(packed_);
    at.a = bytes(at.a, emitter_.times(row, shape_.first_packed ? shape_.k : shape_.a_row));
    at.b = bytes(at.b, emitter_.times(column, shape_.b_column));
    at.c = bytes(at.c, emitter_.plus(emitter_.times(row, shape_.c_row), emitter_.times(column, shape_.c_column)));
    Place place{&scope, row, column};
    if (first != nullptr && epilogue_) {
      if (product_.tiled == Axis::m) place.row = emitter_.plus(first, row);
      if (product_.tiled == Axis::n) place.column = emitter_.plus(first, column);
    }
    const std::int64_t rest = shape_.n - (groups_ - 1) * group_columns;
    if (groups_ == 1 || rest == group_columns) {
      emit_group(at, place, rest, chunk, panel_memory, waiting);
      return;
    }
    emitter_.branch(
        ir_.CreateICmpEQ(group, emitter_.index(groups_ - 1)),
        [&] {
          emit_group(at, place, rest, chunk, panel_memory, waiting);
          return Values{};
        },
        [&] {
          emit_group(at, place, group_columns, chunk, panel_memory, waiting);
          return Values{};
        });
  });
}

std::uint64_t ProductEmitter::room_bytes() const {
  const std::int64_t blocks = divided_up(product_.k, ProductShape::block);
  return is_tiled_k() && blocks > 1
             ? static_cast<std::uint64_t>(blocks * batches_ * shape_.m * shape_.n * shape_.bytes())
             : 0;
}

void ProductEmitter::emit_k_range(Scope& scope, Value* begin, Value* end, std::uint64_t room) {
  const bool dense = room_bytes() > 0;
  Value* const panel_memory =
      shape_.second == ProductShape::Second::packed
          ? scope.stack(static_cast<std::uint64_t>(ProductShape::block * shape_.panel() * shape_.bytes()))
          : nullptr;
  Value* const is_first =
      ir_.CreateICmpEQ(ir_.CreateAnd(begin, emitter_.index(ProductShape::block - 1)), emitter_.index(0));
  Value* const count = ir_.CreateSub(end, begin);
  Value* const results =
      dense ? bytes(scope.workspace(room), ir_.CreateMul(ir_.CreateAShr(begin, emitter_.index(9)),
                                                         emitter_.index(batches_ * shape_.m * shape_.n)))
            : nullptr;
  const auto over_panel = [&](const Bases& at, Value* column, std::int64_t columns) {
    Value* second = bytes(at.b, emitter_.times(column, shape_.b_column));
    if (panel_memory != nullptr) {
      ir_.CreateCall(kernels_.pack(), {second, panel_memory, count, emitter_.index(columns)});
      second = panel_memory;
    }
    const auto c_row = dense ? shape_.n : shape_.c_row;
    for_tiles(emitter_.index(shape_.m / shape_.rows * shape_.rows), shape_.m % shape_.rows, nullptr,
              [&](Value* row, std::int64_t rows) {
                Value* const a = bytes(at.a, emitter_.times(row, shape_.a_row));
                Value* const c = bytes(at.c, emitter_.plus(emitter_.times(row, c_row),
                                                           emitter_.times(column, dense ? 1 : shape_.c_column)));
                const auto call = [&](ProductKernels::Start start) {
                  return [&, start] {
                    Value* const none = llvm::ConstantPointerNull::get(ir_.getPtrTy());
                    ir_.CreateCall(kernels_.tile(rows, columns, start,
                                                 dense ? ProductKernels::End::dense : ProductKernels::End::stored),
                                   {a, second, c, emitter_.index(c_row), count, none, emitter_.index(0)});
                    return Values{};
                  };
                };
                emitter_.branch(is_first, call(ProductKernels::Start::zero), call(ProductKernels::Start::accumulate));
              });
  };
  emitter_.loop(emitter_.index(0), emitter_.index(batches_), 1, [&](Value* batch) {
    Bases at = bases(scope, batch, begin);
    if (dense) at.c = bytes(results, emitter_.times(batch, shape_.m * shape_.n));
    const std::int64_t whole = shape_.n / shape_.panel() * shape_.panel();
    emitter_.loop(emitter_.index(0), emitter_.index(whole), shape_.panel(),
                  [&](Value* column) { over_panel(at, column, shape_.panel()); });
    if (whole < shape_.n) over_panel(at, emitter_.index(whole), shape_.n - whole);
  });
}

void ProductEmitter::emit_combination(Scope& scope, std::uint64_t room) {
  const std::int64_t row = batches_ * shape_.m * shape_.n;
  Value* const results = scope.workspace(room);
  const auto over_row = [&](const std::function<void(const std::function<LaneAccess(Value*)>&)>& body) {
    emitter_.loop(emitter_.index(0), emitter_.index(row), shape_.lanes, [&](Value* i) {
      Value* const mask = lanes_below(emitter_, i, emitter_.index(row), shape_.lanes);
      body([&](Value* block) {
        return LaneAccess{.base = results,
                          .dtype = shape_.dtype,
                          .index = emitter_.plus(emitter_.times(block, row), i),
                          .lanes = shape_.lanes,
                          .mask = mask};
      });
    });
  };
  for (std::int64_t blocks = divided_up(product_.k, ProductShape::block); blocks > 1; blocks = (blocks + 1) / 2) {
    emitter_.loop(emitter_.index(0), emitter_.index(blocks / 2), 1, [&](Value* block) {
      over_row([&](const auto& element) {
        Value* const left = load_lanes(emitter_, element(emitter_.times(block, 2)));
        Value* const right = load_lanes(emitter_, element(emitter_.plus(emitter_.times(block, 2), emitter_.index(1))));
        store_lanes(emitter_, element(block), ir_.CreateFAdd(left, right));
      });
    });
    if (blocks % 2 == 0) continue;
    over_row([&](const auto& element) {
      store_lanes(emitter_, element(emitter_.index(blocks / 2)),
                  load_lanes(emitter_, element(emitter_.index(blocks - 1))));
    });
  }
  emitter_.loop(emitter_.index(0), emitter_.index(batches_), 1, [&](Value* batch) {
    Value* const c = start(scope, product_.c, Role::c, batch, nullptr);
    emitter_.loop(emitter_.index(0), emitter_.index(shape_.m), 1, [&](Value* i) {
      emitter_.loop(emitter_.index(0), emitter_.index(shape_.n), 1, [&](Value* j) {
        LaneAccess from{.base = results, .dtype = shape_.dtype};
        from.index = emitter_.plus(emitter_.times(emitter_.plus(emitter_.times(batch, shape_.m), i), shape_.n), j);
        LaneAccess to{.base = c, .dtype = shape_.dtype};
        to.index = emitter_.plus(emitter_.times(i, shape_.c_row), emitter_.times(j, shape_.c_column));
        store_lanes(emitter_, to, load_lanes(emitter_, from));
      });
    });
  });
}

}  // namespace downhill::jit
