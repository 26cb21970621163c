#include "jit/product_kernel.hpp"

#include <algorithm>
#include <numeric>
#include <optional>

#include "jit/memory.hpp"
#include "jit/nest.hpp"
#include "jit/square.hpp"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {

using Second = ProductShape::Second;

// Block b ends the pairs that its trailing ones say; the last block ends all that still wait.
void for_blocks(Emitter& emitter, const ProductShape& shape,
                const std::function<void(Value* block, std::int64_t k, Value* merge, Value* level)>& body) {
  llvm::IRBuilder<>& ir = emitter.ir;
  const std::int64_t last = shape.k_blocks() - 1;
  emitter.loop(emitter.index(0), emitter.index(last), 1, [&](Value* block) {
    Value* const level =
        ir.CreateIntrinsic(llvm::Intrinsic::cttz, {ir.getInt64Ty()}, {ir.CreateNot(block), ir.getFalse()});
    Value* const merge = ir.CreateSub(ir.CreateShl(emitter.index(1), level), emitter.index(1));
    body(block, ProductShape::block, merge, level);
  });
  body(emitter.index(last), shape.k - last * ProductShape::block, emitter.index(last), nullptr);
}

// Lanes below `columns`; null if that is all of them.
Value* ProductKernels::column_mask(std::int64_t columns) {
  if (shape_.lanes == 1 || columns >= shape_.lanes) return nullptr;
  return lanes_below(emitter_, emitter_.index(0), emitter_.index(columns), shape_.lanes);
}

// Elements (k, first_column …) of B.
Value* ProductKernels::load_row(Value* b, Value* k, std::int64_t first_column, std::int64_t columns) {
  if (shape_.second == Second::packed)
    return ir_.CreateAlignedLoad(vector(),
                                 at(b, emitter_.plus(emitter_.times(k, shape_.panel()), emitter_.index(first_column))),
                                 llvm::Align(static_cast<std::uint64_t>(shape_.lanes * shape_.bytes())));
  const bool contiguous = shape_.b_column == 1 || shape_.lanes == 1;
  LaneAccess access{.base = b,
                    .dtype = shape_.dtype,
                    .stride = contiguous ? 1 : shape_.b_column,
                    .lanes = shape_.lanes,
                    .mask = column_mask(columns - first_column)};
  access.index = emitter_.plus(emitter_.times(k, shape_.b_row), emitter_.index(first_column * shape_.b_column));
  return load_lanes(emitter_, access);
}

Values ProductKernels::load_square(Value* b, Value* k, Value* k_end, Value* first_column, Value* columns) {
  Values rows;
  Value* const mask = k_end == nullptr ? nullptr : lanes_below(emitter_, k, k_end, shape_.lanes);
  Value* const last = ir_.CreateSub(columns, emitter_.index(1));
  for (std::int64_t lane = 0; lane < shape_.lanes; ++lane) {
    Value* const column =
        ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.plus(first_column, emitter_.index(lane)), last);
    LaneAccess access{.base = b,
                      .dtype = shape_.dtype,
                      .index = emitter_.plus(k, emitter_.times(column, shape_.b_column)),
                      .lanes = shape_.lanes,
                      .mask = mask};
    rows.push_back(load_lanes(emitter_, access));
  }
  return rows;
}

void ProductKernels::turn_into_panel(Value* b, Value* k, Value* k_end, Value* first_column, Value* columns, Value* to) {
  const std::int64_t lanes = shape_.lanes;
  const auto ends_within = [&](Value* begin, Value* end) {
    return ir_.CreateICmpSLE(emitter_.plus(begin, emitter_.index(lanes)), end);
  };
  const Square into{to, emitter_.index(shape_.panel() * shape_.bytes())};
  emitter_.branch(
      ir_.CreateAnd(ends_within(k, k_end), ends_within(first_column, columns)),
      [&] {
        Value* const from = at(b, emitter_.plus(k, emitter_.times(first_column, shape_.b_column)));
        turn_square(emitter_, shape_.dtype, shape_.lanes,
                    Square{from, emitter_.index(shape_.b_column * shape_.bytes())}, into);
        return Values{};
      },
      [&] {
        turn_square(emitter_, shape_.dtype, shape_.lanes,
                    PartOfMatrix{b, shape_.b_column, k, k_end, first_column, columns}, into);
        return Values{};
      });
}

// accumulators[row][vector] += A(row, k) · row_of_b[vector]
Values ProductKernels::multiply(Value* a, Value* k, const Values& row_of_b, Values accumulators, std::int64_t rows) {
  const std::size_t vectors = row_of_b.size();
  for (std::int64_t row = 0; row < rows; ++row) {
    Value* const place =
        at(a, emitter_.plus(emitter_.times(k, shape_.tile_column()), emitter_.index(row * shape_.tile_row())));
    Value* const one = ir_.CreateAlignedLoad(element(), place, alignment());
    Value* const factor = shape_.lanes == 1 ? one : ir_.CreateVectorSplat(shape_.lanes, one);
    for (std::size_t v = 0; v < vectors; ++v) {
      Value*& sum = accumulators[static_cast<std::size_t>(row) * vectors + v];
      sum = ir_.CreateIntrinsic(llvm::Intrinsic::fma, {vector()}, {factor, row_of_b[v], sum});
    }
  }
  return accumulators;
}

// A packed tile of A comes from the third level of cache, and is read once for each panel of a group.
void ProductKernels::fetch_first(Value* a, Value* k, std::int64_t count) {
  constexpr std::int64_t ahead = 48;
  constexpr std::int64_t line = 64;
  const std::int64_t row_bytes = shape_.rows * shape_.bytes();
  for (std::int64_t byte = 0; byte < count * row_bytes; byte += line)
    emitter_.prefetch(emitter_.at(at(a, emitter_.times(k, shape_.rows)), ahead * row_bytes + byte));
}

Values ProductKernels::run(Value* a, Value* b, Value* k_end, std::int64_t rows, std::int64_t columns,
                           Values accumulators) {
  const std::int64_t vectors = (columns + shape_.lanes - 1) / shape_.lanes;
  const auto row_of_b = [&](Value* k) {
    Values row;
    for (std::int64_t v = 0; v < vectors; ++v) row.push_back(load_row(b, k, v * shape_.lanes, columns));
    return row;
  };
  if (shape_.second == Second::transposed) {
    const std::int64_t lanes = shape_.lanes;
    const auto over_square = [&](Value* k, Value* end, std::int64_t turns, Values sums) {
      std::vector<Values> squares;
      for (std::int64_t v = 0; v < vectors; ++v)
        squares.push_back(
            transposed(emitter_, load_square(b, k, end, emitter_.index(v * lanes), emitter_.index(columns))));
      for (std::int64_t turn = 0; turn < turns; ++turn) {
        Values row;
        for (const Values& square : squares) row.push_back(square[static_cast<std::size_t>(turn)]);
        sums = multiply(a, emitter_.plus(k, emitter_.index(turn)), row, std::move(sums), rows);
      }
      return sums;
    };
    Value* const whole = ir_.CreateAnd(k_end, emitter_.index(-lanes));
    accumulators = emitter_.loop(emitter_.index(0), whole, lanes, accumulators, [&](Value* k, const Values& carried) {
      return over_square(k, nullptr, lanes, carried);
    });
    // The k's that are left, one by one: each lane loads its own.
    return emitter_.loop(whole, k_end, 1, accumulators, [&](Value* k, const Values& carried) {
      Values row;
      for (std::int64_t v = 0; v < vectors; ++v) {
        Value* gathered = llvm::PoisonValue::get(vector());
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
          const std::int64_t column = std::min(v * lanes + lane, columns - 1);
          Value* const one = ir_.CreateAlignedLoad(
              element(), at(b, emitter_.plus(k, emitter_.index(column * shape_.b_column))), alignment());
          gathered = lanes == 1 ? one : ir_.CreateInsertElement(gathered, one, static_cast<std::uint64_t>(lane));
        }
        row.push_back(gathered);
      }
      return multiply(a, k, row, carried, rows);
    });
  }
  Value* const even = ir_.CreateAnd(k_end, emitter_.index(-2));
  accumulators = emitter_.loop(emitter_.index(0), even, 2, accumulators, [&](Value* k, const Values& carried) {
    if (shape_.first_packed) fetch_first(a, k, 2);
    Values sums = multiply(a, k, row_of_b(k), carried, rows);
    Value* const next = emitter_.plus(k, emitter_.index(1));
    return multiply(a, next, row_of_b(next), std::move(sums), rows);
  });
  return emitter_.loop(even, k_end, 1, accumulators,
                       [&](Value* k, const Values& carried) { return multiply(a, k, row_of_b(k), carried, rows); });
}

Values ProductKernels::merge_waiting(Value* merge, std::int64_t rows, std::int64_t vectors, Values accumulators,
                                     const std::function<Value*(std::int64_t, std::int64_t, std::int64_t)>& load) {
  for (std::int64_t level = 0; level < shape_.levels(); ++level) {
    Value* const wanted =
        ir_.CreateICmpNE(ir_.CreateAnd(merge, emitter_.index(std::int64_t{1} << level)), emitter_.index(0));
    Values before = accumulators;
    accumulators = emitter_.branch(
        wanted,
        [&] {
          Values sums;
          for (std::int64_t row = 0; row < rows; ++row) {
            for (std::int64_t v = 0; v < vectors; ++v)
              sums.push_back(ir_.CreateFAdd(load(level, row, v), before[static_cast<std::size_t>(row * vectors + v)]));
          }
          return sums;
        },
        [&] { return before; });
  }
  return accumulators;
}

// Into a C whose columns are contiguous: a vector of rows for each lane.
void ProductKernels::store_turned(Value* c, std::int64_t rows, std::int64_t columns, const Values& sums) {
  const std::int64_t lanes = shape_.lanes;
  const auto vectors = static_cast<std::int64_t>(sums.size()) / rows;
  for (std::int64_t v = 0; v < vectors; ++v) {
    for (std::int64_t first = 0; first < rows; first += lanes) {
      const std::int64_t here = std::min(lanes, rows - first);
      Values square;
      for (std::int64_t row = first; row < first + here; ++row)
        square.push_back(sums[static_cast<std::size_t>(row * vectors + v)]);
      square.resize(static_cast<std::size_t>(lanes), llvm::PoisonValue::get(vector()));
      square = transposed(emitter_, std::move(square));
      for (std::int64_t lane = 0; lane < std::min(lanes, columns - v * lanes); ++lane) {
        const LaneAccess access{.base = c,
                                .dtype = shape_.dtype,
                                .index = emitter_.index((v * lanes + lane) * shape_.c_column + first),
                                .lanes = shape_.lanes,
                                .mask = column_mask(here)};
        store_lanes(emitter_, access, square[static_cast<std::size_t>(lane)]);
      }
    }
  }
}

llvm::Function* ProductKernels::tile(std::int64_t rows, std::int64_t columns, Start start, End end) {
  llvm::Function*& made = tiles_[{rows, columns, start, end}];
  if (made != nullptr) return made;
  const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  llvm::Type* const pointer = emitter_.pointer();
  llvm::Type* const i64 = ir_.getInt64Ty();
  std::vector<llvm::Type*> parameters{pointer, pointer, pointer, i64, i64, pointer, i64};
  std::optional<Scope> scope;
  if (end == End::finished) {
    parameters.insert(parameters.end(), {i64, i64, pointer, i64});
    scope.emplace(epilogue_->layout, "tile", ir_.getVoidTy(), parameters);
    made = scope->function();
  } else {
    made = emitter_.begin_function("tile", ir_.getVoidTy(), parameters, Emitter::Visibility::internal);
  }
  const auto argument = [&](unsigned k) { return made->getArg(scope ? k + 1 : k); };
  const bool dense = end == End::dense;
  Value* const a = argument(0);
  Value* const b = argument(1);
  Value* const c = argument(2);
  Value* const c_row = argument(3);
  if (scope) fetch_ahead(*scope, rows, columns);
  const std::int64_t vectors = (columns + shape_.lanes - 1) / shape_.lanes;
  const auto place = [&](std::int64_t row, std::int64_t v) {
    LaneAccess access{.base = c,
                      .dtype = shape_.dtype,
                      .stride = dense || shape_.lanes == 1 ? 1 : shape_.c_column,
                      .lanes = shape_.lanes};
    access.index = emitter_.plus(ir_.CreateMul(c_row, emitter_.index(row)),
                                 emitter_.index(v * shape_.lanes * (dense ? 1 : shape_.c_column)));
    // Partial results that wait have room for whole vectors.
    access.mask = dense && shape_.levels() > 0 ? nullptr : column_mask(columns - v * shape_.lanes);
    return access;
  };
  Values sums;
  for (std::int64_t row = 0; row < rows; ++row) {
    for (std::int64_t v = 0; v < vectors; ++v) {
      sums.push_back(start == Start::zero ? llvm::Constant::getNullValue(vector())
                                          : load_lanes(emitter_, place(row, v)));
    }
  }
  // C comes back for the second block of k, and its lines have to be owned before they are written.
  constexpr std::int64_t kept_near = std::int64_t{1} << 18;  // bytes of C
  if (!scope && !dense && shape_.m * shape_.n * shape_.bytes() > kept_near && shape_.c_column == 1) {
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t v = 0; v < vectors; ++v) emitter_.prefetch(at(c, place(row, v).index));
    }
  }
  sums = run(a, b, argument(4), rows, columns, std::move(sums));
  sums = merge_waiting(
      argument(6), rows, vectors, std::move(sums), [&](std::int64_t level, std::int64_t row, std::int64_t v) -> Value* {
        if (shape_.waits_in_c()) return load_lanes(emitter_, place(row, v));
        Value* const waiting = emitter_.at(
            argument(5), level * waiting_stride() + (row * shape_.panel() + v * shape_.lanes) * shape_.bytes());
        return ir_.CreateAlignedLoad(vector(), waiting, alignment());
      });
  const bool turns = !dense && shape_.c_row == 1 && shape_.c_column != 1 && shape_.lanes > 1;
  if (turns) store_turned(c, rows, columns, sums);
  for (std::int64_t row = 0; row < rows && !turns && (!scope || epilogue_->keeps_c); ++row) {
    for (std::int64_t v = 0; v < vectors; ++v)
      store_lanes(emitter_, place(row, v), sums[static_cast<std::size_t>(row * vectors + v)]);
  }
  if (scope) finish(*scope, rows, columns, sums);
  ir_.CreateRetVoid();
  return made;
}

std::map<std::size_t, Values> ProductKernels::from_registers(const Values& sums) const {
  std::map<std::size_t, Values> given;
  const std::vector<loops::Element>& body = epilogue_->plan.nest.body;
  for (std::size_t k = 0; k < body.size(); ++k) {
    if (body[k].kind == loops::Element::Kind::load && body[k].buffer == epilogue_->c) given[k] = sums;
  }
  return given;
}

namespace {

// Arguments of a tile that is finished, behind those that every tile has.
constexpr unsigned row_argument = 7;
constexpr unsigned column_argument = 8;
constexpr unsigned memory_argument = 9;
constexpr unsigned first_argument = 10;

}  // namespace

// What the epilogue reads and writes comes into the cache while the tile is computed.
void ProductKernels::fetch_ahead(Scope& scope, std::int64_t rows, std::int64_t columns) {
  scope.set_tile(scope.argument(memory_argument), scope.argument(first_argument));
  NestEmitter nest(scope, epilogue_->plan, {});
  Values bases;
  for (std::int64_t first = 0; first < columns; first += shape_.lanes)
    bases.push_back(emitter_.plus(scope.argument(column_argument), emitter_.index(first)));
  for (std::int64_t row = 0; row < rows; ++row) {
    Value* const at_row = emitter_.plus(scope.argument(row_argument), emitter_.index(row));
    nest.prefetch_points({at_row, bases[0]}, bases, from_registers({}));
  }
}

void ProductKernels::finish(Scope& scope, std::int64_t rows, std::int64_t columns, const Values& sums) {
  NestEmitter nest(scope, epilogue_->plan, {});
  nest.emit_constants();
  Values bases;
  Values masks;
  for (std::int64_t first = 0; first < columns; first += shape_.lanes) {
    bases.push_back(emitter_.plus(scope.argument(column_argument), emitter_.index(first)));
    masks.push_back(column_mask(columns - first));
  }
  const auto vectors = static_cast<std::int64_t>(bases.size());
  const auto over_row = [&](Value* row, const Values& own) {
    Value* const at_row = emitter_.plus(scope.argument(row_argument), row);
    nest.emit_points({at_row, bases[0]}, bases, masks, from_registers(own));
  };
  constexpr std::int64_t longest_written_out = 1500;  // instructions
  if (epilogue_->plan.weight * rows * vectors <= longest_written_out) {
    for (std::int64_t row = 0; row < rows; ++row) {
      const auto begin = sums.begin() + static_cast<std::ptrdiff_t>(row * vectors);
      over_row(emitter_.index(row), Values(begin, begin + static_cast<std::ptrdiff_t>(vectors)));
    }
    return;
  }
  // Long formulas are written once: the rows pass through memory.
  const std::int64_t row_bytes = vectors * shape_.lanes * shape_.bytes();
  Value* const memory = scope.stack(static_cast<std::uint64_t>(rows * row_bytes));
  const llvm::Align align(static_cast<std::uint64_t>(shape_.lanes * shape_.bytes()));
  for (std::int64_t k = 0; k < rows * vectors; ++k) {
    ir_.CreateAlignedStore(sums[static_cast<std::size_t>(k)], emitter_.at(memory, k * shape_.lanes * shape_.bytes()),
                           align);
  }
  emitter_.loop(emitter_.index(0), emitter_.index(rows), 1, [&](Value* row) {
    Values own;
    for (std::int64_t v = 0; v < vectors; ++v) {
      Value* const place = emitter_.at(
          memory, emitter_.plus(emitter_.times(row, row_bytes), emitter_.index(v * shape_.lanes * shape_.bytes())));
      own.push_back(ir_.CreateAlignedLoad(vector(), place, align));
    }
    over_row(row, own);
  });
}

llvm::Function* ProductKernels::pack() {
  if (pack_ != nullptr) return pack_;
  const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  llvm::Type* const pointer = emitter_.pointer();
  pack_ = emitter_.begin_function("pack", ir_.getVoidTy(), {pointer, pointer, ir_.getInt64Ty(), ir_.getInt64Ty()},
                                  Emitter::Visibility::internal);
  Value* const b = pack_->getArg(0);
  Value* const panel = pack_->getArg(1);
  Value* const k_end = pack_->getArg(2);
  Value* const columns = pack_->getArg(3);
  const std::int64_t lanes = shape_.lanes;
  const auto store_row = [&](Value* k, Value* first_column, Value* row) {
    ir_.CreateAlignedStore(row, at(panel, emitter_.plus(emitter_.times(k, shape_.panel()), first_column)),
                           llvm::Align(static_cast<std::uint64_t>(lanes * shape_.bytes())));
  };
  if (shape_.b_row == 1 && lanes > 1) {
    // The panel has room for whole squares: k's beyond the last are zeros that nobody reads.
    emitter_.loop(emitter_.index(0), columns, lanes, [&](Value* first) {
      emitter_.loop(emitter_.index(0), k_end, lanes, [&](Value* k) {
        turn_into_panel(b, k, k_end, first, columns,
                        at(panel, emitter_.plus(emitter_.times(k, shape_.panel()), first)));
      });
    });
  } else {
    emitter_.loop(emitter_.index(0), k_end, 1, [&](Value* k) {
      emitter_.loop(emitter_.index(0), columns, lanes, [&](Value* first) {
        LaneAccess access{.base = b, .dtype = shape_.dtype, .stride = shape_.b_column, .lanes = shape_.lanes};
        if (lanes > 1) access.mask = lanes_below(emitter_, first, columns, shape_.lanes);
        // Rows far apart: no processor foresees the next one.
        constexpr std::int64_t ahead = 16;
        emitter_.prefetch(at(b, emitter_.plus(emitter_.times(emitter_.plus(k, emitter_.index(ahead)), shape_.b_row),
                                              emitter_.times(first, shape_.b_column))));
        access.index = emitter_.plus(emitter_.times(k, shape_.b_row), emitter_.times(first, shape_.b_column));
        store_row(k, first, load_lanes(emitter_, access));
      });
    });
  }
  ir_.CreateRetVoid();
  return pack_;
}

}  // namespace downhill::jit
