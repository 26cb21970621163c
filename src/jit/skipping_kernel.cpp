#include "jit/skipping_kernel.hpp"

#include <algorithm>
#include <optional>

#include "jit/memory.hpp"
#include "jit/runtime.hpp"
#include "jit/square.hpp"
#include "jit/vector_code.hpp"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {

Value* SkippingKernels::row_offset(Value* row) {
  if (!plan_.copied) return emitter_.times(row, shape_.a_row);
  Value* const lane = ir_.CreateAnd(row, emitter_.index(shape_.lanes - 1));
  return emitter_.plus(emitter_.times(ir_.CreateSub(row, lane), shape_.k), lane);
}

Value* SkippingKernels::load(Value* base, std::int64_t v) {
  return ir_.CreateAlignedLoad(vector(), emitter_.at(base, v * vector_bytes()), alignment());
}

void SkippingKernels::store(Value* base, std::int64_t v, Value* value) {
  ir_.CreateAlignedStore(value, emitter_.at(base, v * vector_bytes()), alignment());
}

// The k's of one cut whose elements of A are not zero, lowest bit first.
Value* SkippingKernels::bits_of(Value* bits) {
  Value* found = nullptr;
  for (std::int64_t word = 0; word < plan_.cut / SkippingPlan::word; ++word) {
    Value* const part = ir_.CreateZExt(
        ir_.CreateAlignedLoad(ir_.getInt32Ty(), emitter_.at(bits, word * 4 * plan_.padded_rows()), llvm::Align(4)),
        ir_.getInt64Ty());
    found =
        found == nullptr ? part : ir_.CreateOr(found, ir_.CreateShl(part, emitter_.index(word * SkippingPlan::word)));
  }
  return found;
}

// sums[v] += a[k] b[k][v] for every k whose bit is set, in ascending order.
Values SkippingKernels::walk(Value* bits, Value* a, Value* b, Values sums) {
  llvm::Function* const in = emitter_.function();
  llvm::BasicBlock* const before = ir_.GetInsertBlock();
  llvm::BasicBlock* const turn = llvm::BasicBlock::Create(emitter_.context, "", in);
  llvm::BasicBlock* const after = llvm::BasicBlock::Create(emitter_.context, "", in);
  Value* const none = emitter_.index(0);
  ir_.CreateCondBr(ir_.CreateICmpEQ(bits, none), after, turn);
  ir_.SetInsertPoint(turn);
  llvm::PHINode* const left = ir_.CreatePHI(ir_.getInt64Ty(), 2);
  left->addIncoming(bits, before);
  std::vector<llvm::PHINode*> running;
  for (Value* sum : sums) {
    running.push_back(ir_.CreatePHI(vector(), 2));
    running.back()->addIncoming(sum, before);
  }
  Value* const k = ir_.CreateIntrinsic(llvm::Intrinsic::cttz, {ir_.getInt64Ty()}, {left, ir_.getTrue()});
  Value* const rest = ir_.CreateAnd(left, ir_.CreateSub(left, emitter_.index(1)));
  Value* const one = ir_.CreateAlignedLoad(element(), at(a, emitter_.times(k, k_stride())), alignment());
  Value* const factor = ir_.CreateVectorSplat(shape_.lanes, one);
  Value* const row_of_b = emitter_.at(b, emitter_.times(k, second_stride()));
  const llvm::Align aligned = plan_.packed ? llvm::Align(static_cast<std::uint64_t>(vector_bytes())) : alignment();
  Values next;
  for (std::size_t v = 0; v < sums.size(); ++v) {
    Value* const second =
        ir_.CreateAlignedLoad(vector(), emitter_.at(row_of_b, static_cast<std::int64_t>(v) * vector_bytes()), aligned);
    next.push_back(ir_.CreateIntrinsic(llvm::Intrinsic::fma, {vector()}, {factor, second, running[v]}));
  }
  left->addIncoming(rest, turn);
  for (std::size_t v = 0; v < sums.size(); ++v) running[v]->addIncoming(next[v], turn);
  ir_.CreateCondBr(ir_.CreateICmpEQ(rest, none), after, turn);
  ir_.SetInsertPoint(after);
  Values results;
  for (std::size_t v = 0; v < sums.size(); ++v) {
    llvm::PHINode* const result = ir_.CreatePHI(vector(), 2);
    result->addIncoming(sums[v], before);
    result->addIncoming(next[v], turn);
    results.push_back(result);
  }
  return results;
}

// -0 is the least of all integers.
Value* SkippingKernels::is_negative_zero(const Values& sums) {
  llvm::Type* const integer = shape_.dtype == DType::f64 ? ir_.getInt64Ty() : ir_.getInt32Ty();
  auto* const type = llvm::FixedVectorType::get(integer, shape_.lanes);
  Value* least = nullptr;
  for (Value* sum : sums) {
    Value* const bits = ir_.CreateBitCast(sum, type);
    least = least == nullptr ? bits : ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, least, bits);
  }
  Value* const lowest = ir_.CreateBitCast(llvm::ConstantFP::get(vector(), -0.0), type);
  return any_lane(emitter_, ir_.CreateICmpEQ(least, lowest));
}

// void(ptr a, ptr b, i64 k, ptr sums): the sums of one block with no k left out, from B itself.
llvm::Function* SkippingKernels::recomputed(std::int64_t columns) {
  llvm::Function*& made = recomputed_[columns];
  if (made != nullptr) return made;
  const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  llvm::Type* const pointer = emitter_.pointer();
  made = emitter_.begin_function("dense_row", ir_.getVoidTy(), {pointer, pointer, ir_.getInt64Ty(), pointer},
                                 Emitter::Visibility::internal);
  emitter_.loop(emitter_.index(0), emitter_.index(columns), shape_.lanes, [&](Value* column) {
    const Values sum = emitter_.loop(
        emitter_.index(0), made->getArg(2), 1, {llvm::Constant::getNullValue(vector())},
        [&](Value* k, const Values& carried) {
          Value* const one =
              ir_.CreateAlignedLoad(element(), at(made->getArg(0), emitter_.times(k, k_stride())), alignment());
          const LaneAccess access{
              .base = made->getArg(1),
              .dtype = shape_.dtype,
              .index = emitter_.plus(emitter_.times(k, shape_.b_row), emitter_.times(column, shape_.b_column)),
              .stride = shape_.b_column,
              .lanes = shape_.lanes,
              .mask = lanes_below(emitter_, column, emitter_.index(columns), shape_.lanes)};
          return Values{ir_.CreateIntrinsic(
              llvm::Intrinsic::fma, {vector()},
              {ir_.CreateVectorSplat(shape_.lanes, one), load_lanes(emitter_, access), carried[0]})};
        });
    ir_.CreateAlignedStore(sum[0], at(made->getArg(3), column), alignment());
  });
  ir_.CreateRetVoid();
  return made;
}

llvm::Function* SkippingKernels::copy(std::int64_t columns) {
  llvm::Function*& made = copies_[columns];
  if (made != nullptr) return made;
  const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  llvm::Type* const pointer = emitter_.pointer();
  llvm::Type* const i64 = ir_.getInt64Ty();
  made = emitter_.begin_function("copy_second", i64, {pointer, pointer, i64}, Emitter::Visibility::internal);
  Value* const b = made->getArg(0);
  Value* const panel = made->getArg(1);
  Value* const k_end = made->getArg(2);
  const std::int64_t lanes = shape_.lanes;
  Value* const zero = llvm::Constant::getNullValue(vector());
  // 0 times what is not finite is NaN, and stays.
  const auto noted = [&](Value* note, Value* row) {
    return ir_.CreateIntrinsic(llvm::Intrinsic::fma, {vector()}, {row, zero, note});
  };
  const std::int64_t vectors = (columns + lanes - 1) / lanes;
  Values notes;
  if (shape_.b_column == 1) {
    notes = emitter_.loop(
        emitter_.index(0), k_end, 1, Values(static_cast<std::size_t>(vectors), zero),
        [&](Value* k, const Values& carried) {
          constexpr std::int64_t ahead = 8;  // rows
          Values next;
          Value* const to = emitter_.at(panel, emitter_.times(k, row_bytes()));
          for (std::int64_t v = 0; v < vectors; ++v) {
            LaneAccess access{.base = b, .dtype = shape_.dtype, .lanes = shape_.lanes};
            access.index = emitter_.plus(emitter_.times(k, shape_.b_row), emitter_.index(v * lanes));
            if (columns - v * lanes < lanes)
              access.mask = lanes_below(emitter_, emitter_.index(v * lanes), emitter_.index(columns), shape_.lanes);
            emitter_.prefetch(at(b, emitter_.plus(access.index, emitter_.index(ahead * shape_.b_row))));
            Value* const row = load_lanes(emitter_, access);
            if (plan_.packed) store(to, v, row);
            next.push_back(noted(carried[static_cast<std::size_t>(v)], row));
          }
          return next;
        });
  } else {
    // The panel has room for whole squares: k's beyond the last are zeros that nobody reads.
    constexpr std::size_t chains = 4;
    notes = emitter_.loop(emitter_.index(0), emitter_.index(vectors * lanes), lanes, Values(chains, zero),
                          [&](Value* first, const Values& outer) {
                            return emitter_.loop(
                                emitter_.index(0), k_end, lanes, outer, [&](Value* k, const Values& carried) {
                                  Value* const to = at(emitter_.at(panel, emitter_.times(k, row_bytes())), first);
                                  dense_.turn_into_panel(b, k, k_end, first, emitter_.index(columns), to);
                                  Values next = carried;
                                  for (std::int64_t turn = 0; turn < lanes; ++turn) {
                                    Value*& note = next[static_cast<std::size_t>(turn) % chains];
                                    note = noted(note, load(emitter_.at(to, turn * row_bytes()), 0));
                                  }
                                  return next;
                                });
                          });
  }
  Value* sum = notes[0];
  for (std::size_t k = 1; k < notes.size(); ++k) sum = ir_.CreateFAdd(sum, notes[k]);
  ir_.CreateRet(ir_.CreateZExt(any_lane(emitter_, ir_.CreateFCmpUNO(sum, sum)), i64));
  return made;
}

Values SkippingKernels::arguments(Value* frame, const Rows& rows) {
  return {frame,      rows.a,      rows.bits,    rows.b,       rows.count,   rows.sums, rows.c,     rows.waiting,
          rows.merge, rows.unsafe, rows.a_block, rows.b_block, rows.k_block, rows.row,  rows.column};
}

// The sums of a block, with what the walk cannot see, and those that wait for them.
Values SkippingKernels::completed(const Rows& rows, Value* row, std::int64_t columns, const Values& sums) {
  Value* const bad = ir_.CreateOr(ir_.CreateIsNotNull(rows.unsafe), is_negative_zero(sums));
  Values all = emitter_.branch(
      bad,
      [&] {
        Value* const room = emitter_.at(rows.sums, emitter_.times(row, row_bytes()));
        ir_.CreateCall(recomputed(columns), {at(rows.a_block, row_offset(row)), rows.b_block, rows.k_block, room});
        Values again;
        for (std::size_t v = 0; v < sums.size(); ++v) again.push_back(load(room, static_cast<std::int64_t>(v)));
        return again;
      },
      [&] { return sums; });
  const auto vectors = static_cast<std::int64_t>(sums.size());
  return dense_.merge_waiting(
      rows.merge, 1, vectors, std::move(all), [&](std::int64_t level, std::int64_t /*row*/, std::int64_t v) -> Value* {
        Value* const own = emitter_.at(
            rows.waiting, emitter_.plus(emitter_.times(row, row_bytes()), emitter_.index(level * waiting_stride())));
        return load(own, v);
      });
}

// Sums of `lanes` rows from `first` on become vectors along the rows, one for each column.
void SkippingKernels::turn(Scope& scope, NestEmitter* nest, const Rows& rows, Value* first, Value* sums,
                           std::int64_t columns) {
  const std::int64_t lanes = shape_.lanes;
  Value* const row = emitter_.plus(rows.row, first);
  Value* const mask =
      shape_.m % lanes == 0 ? nullptr : lanes_below(emitter_, row, emitter_.index(shape_.m), shape_.lanes);
  const auto finish_column = [&](Value* column, Value* own) {
    if (nest == nullptr || epilogue_->keeps_c) {
      const LaneAccess access{.base = rows.c,
                              .dtype = shape_.dtype,
                              .index = emitter_.plus(first, emitter_.times(column, shape_.c_column)),
                              .lanes = shape_.lanes,
                              .mask = mask};
      store_lanes(emitter_, access, own);
    }
    if (nest != nullptr)
      nest->emit_points({emitter_.plus(rows.column, column), row}, {row}, {mask}, dense_.from_registers({own}));
  };
  // Columns pass through memory, so that what becomes of one is written out only a few times.
  constexpr std::int64_t longest_written_out = 400;  // instructions
  constexpr std::int64_t together = 4;
  const bool short_enough = nest == nullptr || epilogue_->plan.weight * together <= longest_written_out;
  Value* const turned = scope.stack(static_cast<std::uint64_t>(lanes * vector_bytes()));
  const auto over_square = [&](Value* column, std::int64_t here) {
    turn_square(emitter_, shape_.dtype, shape_.lanes, Square{at(sums, column), emitter_.index(row_bytes())},
                Square{turned, emitter_.index(vector_bytes())});
    const std::int64_t step = short_enough && here % together == 0 ? together : 1;
    emitter_.loop(emitter_.index(0), emitter_.index(here), step, [&](Value* first_of_these) {
      for (std::int64_t turn = 0; turn < step; ++turn) {
        Value* const k = emitter_.plus(first_of_these, emitter_.index(turn));
        finish_column(emitter_.plus(column, k), load(emitter_.at(turned, emitter_.times(k, vector_bytes())), 0));
      }
    });
  };
  const std::int64_t whole = columns / lanes * lanes;
  emitter_.loop(emitter_.index(0), emitter_.index(whole), lanes, [&](Value* column) { over_square(column, lanes); });
  if (whole < columns) over_square(emitter_.index(whole), columns - whole);
}

llvm::Function* SkippingKernels::rows(std::int64_t columns, Start start, End end) {
  llvm::Function*& made = rows_[{columns, start, end}];
  if (made != nullptr) return made;
  const llvm::IRBuilderBase::InsertPointGuard guard(ir_);
  llvm::Type* const p = emitter_.pointer();
  llvm::Type* const i64 = ir_.getInt64Ty();
  Scope scope(layout_, "nonzeros", ir_.getVoidTy(), {p, p, p, i64, p, p, p, i64, i64, p, p, i64, i64, i64});
  made = scope.function();
  const Rows given{.a = scope.argument(0),
                   .bits = scope.argument(1),
                   .b = scope.argument(2),
                   .count = scope.argument(3),
                   .sums = scope.argument(4),
                   .c = scope.argument(5),
                   .waiting = scope.argument(6),
                   .merge = scope.argument(7),
                   .unsafe = scope.argument(8),
                   .a_block = scope.argument(9),
                   .b_block = scope.argument(10),
                   .k_block = scope.argument(11),
                   .row = scope.argument(12),
                   .column = scope.argument(13)};
  const std::int64_t lanes = shape_.lanes;
  const std::int64_t vectors = (columns + lanes - 1) / lanes;
  std::optional<NestEmitter> nest;
  Values bases;
  Values masks;
  if (epilogue_ != nullptr && (end == End::finished || end == End::turned)) {
    nest.emplace(scope, epilogue_->plan, std::vector<ReductionRoom>{});
    nest->emit_constants();
    for (std::int64_t v = 0; v < vectors; ++v) {
      bases.push_back(emitter_.plus(given.column, emitter_.index(v * lanes)));
      const bool whole = columns - v * lanes >= lanes;
      masks.push_back(whole ? nullptr
                            : lanes_below(emitter_, emitter_.index(v * lanes), emitter_.index(columns), shape_.lanes));
    }
  }
  Value* const fetch = ir_.CreateAlignedLoad(
      p, emitter_.at(scope.control(), static_cast<std::int64_t>(ControlOffset::fetch)), llvm::Align(8));
  // What the epilogue reads and writes comes into the cache while the sums are computed.
  const auto fetch_ahead = [&](Value* row) {
    if (end == End::finished)
      nest->prefetch_points({emitter_.plus(given.row, row), bases[0]}, bases, dense_.from_registers({}));
    if (end != End::turned) return;
    Value* const lane = ir_.CreateAnd(row, emitter_.index(lanes - 1));
    Value* const first = emitter_.plus(given.row, ir_.CreateSub(row, lane));
    for (std::int64_t v = 0; v < vectors; ++v)
      nest->prefetch_points({emitter_.plus(bases[static_cast<std::size_t>(v)], lane), first}, {first},
                            dense_.from_registers({}));
  };
  const auto over_row = [&](Value* row) {
    // While the products of some rows are computed, memory has time for some lines of what comes later.
    constexpr std::int64_t rows_together = 4;
    constexpr std::int64_t multiplications_a_line = 160;
    Value* const comes_round =
        ir_.CreateICmpEQ(ir_.CreateAnd(row, emitter_.index(rows_together - 1)), emitter_.index(0));
    emitter_.when(ir_.CreateAnd(ir_.CreateIsNotNull(fetch), comes_round), [&] {
      auto* const type = llvm::FunctionType::get(ir_.getVoidTy(), {p, i64}, false);
      const std::int64_t lines = rows_together * plan_.cut * vectors / multiplications_a_line;
      ir_.CreateCall(type, fetch, {scope.control(), emitter_.index(std::max<std::int64_t>(lines, 1))});
    });
    if (nest) fetch_ahead(row);
    Value* const sums_of_row = emitter_.at(given.sums, emitter_.times(row, row_bytes()));
    Values sums;
    for (std::int64_t v = 0; v < vectors; ++v)
      sums.push_back(start == Start::zero ? llvm::Constant::getNullValue(vector()) : load(sums_of_row, v));
    sums = walk(bits_of(emitter_.at(given.bits, emitter_.times(row, 4))), at(given.a, row_offset(row)), given.b,
                std::move(sums));
    if (end != End::partial) sums = completed(given, row, columns, sums);
    if (end == End::partial || end == End::turned) {
      for (std::int64_t v = 0; v < vectors; ++v) store(sums_of_row, v, sums[static_cast<std::size_t>(v)]);
    } else if (end == End::complete) {
      Value* const to = emitter_.at(given.c, emitter_.times(row, row_bytes()));
      for (std::int64_t v = 0; v < vectors; ++v) store(to, v, sums[static_cast<std::size_t>(v)]);
    } else {
      for (std::int64_t v = 0; v < vectors && (!nest || epilogue_->keeps_c); ++v) {
        LaneAccess access{.base = given.c, .dtype = shape_.dtype, .lanes = shape_.lanes};
        access.index = emitter_.plus(emitter_.times(row, shape_.c_row), emitter_.index(v * lanes));
        if (columns - v * lanes < lanes)
          access.mask = lanes_below(emitter_, emitter_.index(v * lanes), emitter_.index(columns), shape_.lanes);
        store_lanes(emitter_, access, sums[static_cast<std::size_t>(v)]);
      }
      if (nest) nest->emit_points({emitter_.plus(given.row, row), bases[0]}, bases, masks, dense_.from_registers(sums));
    }
  };
  if (end == End::turned) {
    emitter_.loop(emitter_.index(0), given.count, lanes, [&](Value* first) {
      Value* const last =
          ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter_.plus(first, emitter_.index(lanes)), given.count);
      emitter_.loop(first, last, 1, over_row);
      turn(scope, nest ? &*nest : nullptr, given, first, emitter_.at(given.sums, emitter_.times(first, row_bytes())),
           columns);
    });
  } else {
    emitter_.loop(emitter_.index(0), given.count, 1, over_row);
  }
  ir_.CreateRetVoid();
  return made;
}

}  // namespace downhill::jit
