#include "jit/skipping_product.hpp"

#include <algorithm>

#include "jit/memory.hpp"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Intrinsics.h"

namespace downhill::jit {

SkippingProduct::SkippingProduct(Layout& layout, const loops::Product& product, const SkippingPlan& plan,
                                 const loops::Nest* epilogue)
    : layout_(layout),
      emitter_(layout.emitter),
      ir_(layout.emitter.ir),
      product_(product),
      plan_(plan),
      shape_(plan_.shape),
      epilogue_(epilogue == nullptr ? std::nullopt
                                    : std::optional<ProductKernels::Epilogue>(
                                          {layout, plan_epilogue(*epilogue, shape_.lanes), product.c.buffer,
                                           product.result == loops::Product::Result::stored_and_handed_on})),
      kernels_(layout, plan_, epilogue_ ? &*epilogue_ : nullptr),
      bits_(layout.reserve(static_cast<std::uint64_t>(plan_.words() * plan_.padded_rows() * 4))) {
  if (plan_.copied)
    copied_ = layout.reserve(static_cast<std::uint64_t>(plan_.padded_rows() * shape_.k * shape_.bytes()));
}

Value* SkippingProduct::first_factor(Scope& scope) {
  const loops::Matrix& matrix = plan_.turned ? product_.b : product_.a;
  return bytes(scope.base(matrix.buffer), affine_start(scope, matrix.offset));
}

// Lanes that are not zero, NaN among them.
Value* SkippingProduct::nonzero(Value* numbers) {
  return ir_.CreateFCmpUNE(numbers, llvm::Constant::getNullValue(numbers->getType()));
}

// `lanes` neighbours in memory, from (row, k) on.
Value* SkippingProduct::vector_of_a(Value* a, Value* row, Value* k, Value* mask) {
  return load_lanes(emitter_,
                    {.base = a,
                     .dtype = shape_.dtype,
                     .index = emitter_.plus(emitter_.times(row, shape_.a_row), emitter_.times(k, shape_.a_column)),
                     .lanes = shape_.lanes,
                     .mask = mask});
}

Value* SkippingProduct::emit_choice(Scope& scope) {
  // Whole vectors of a few lines of A, evenly apart.
  constexpr std::int64_t lines = 8;
  constexpr std::int64_t most_eighths = 5;
  const std::int64_t across = plan_.copied ? shape_.k : shape_.m;
  const std::int64_t along = (plan_.copied ? shape_.m : shape_.k) / shape_.lanes * shape_.lanes;
  if (along == 0) return ir_.getTrue();
  const std::int64_t step = std::max<std::int64_t>(across / lines, 1);
  llvm::BasicBlock* const resume = ir_.GetInsertBlock();
  Scope own(layout_, "sample", ir_.getInt1Ty(), {});
  Value* const a = first_factor(own);
  llvm::Type* const i64 = ir_.getInt64Ty();
  const Values count = emitter_.loop(
      emitter_.index(0), emitter_.index(across), step, {emitter_.index(0)}, [&](Value* line, const Values& outer) {
        return emitter_.loop(
            emitter_.index(0), emitter_.index(along), shape_.lanes, outer, [&](Value* place, const Values& carried) {
              Value* const numbers =
                  plan_.copied ? vector_of_a(a, place, line, nullptr) : vector_of_a(a, line, place, nullptr);
              Value* const mask = ir_.CreateBitCast(nonzero(numbers), ir_.getIntNTy(shape_.lanes));
              Value* const some = ir_.CreateUnaryIntrinsic(llvm::Intrinsic::ctpop, ir_.CreateZExt(mask, i64));
              return Values{ir_.CreateAdd(carried[0], some)};
            });
      });
  const std::int64_t counted = (across + step - 1) / step * along;
  ir_.CreateRet(ir_.CreateICmpSLE(emitter_.times(count[0], 8), emitter_.index(counted * most_eighths)));
  ir_.SetInsertPoint(resume);
  return ir_.CreateCall(own.function(), {scope.frame()});
}

// The words of one row whose elements lie side by side.
void SkippingProduct::search_rows(Value* a, Value* bits, Value* row) {
  constexpr std::int64_t word = SkippingPlan::word;
  llvm::Type* const i32 = ir_.getInt32Ty();
  const std::int64_t lanes = shape_.lanes;
  const auto over_word = [&](Value* number, std::int64_t here) {
    Value* found = ir_.getInt32(0);
    for (std::int64_t k = 0; k < here; k += lanes) {
      Value* const mask = here - k >= lanes
                              ? nullptr
                              : lanes_below(emitter_, emitter_.index(0), emitter_.index(here - k), shape_.lanes);
      Value* const numbers = vector_of_a(a, row, emitter_.plus(emitter_.times(number, word), emitter_.index(k)), mask);
      Value* const part = ir_.CreateZExt(ir_.CreateBitCast(nonzero(numbers), ir_.getIntNTy(shape_.lanes)), i32);
      found = ir_.CreateOr(found, ir_.CreateShl(part, static_cast<std::uint64_t>(k)));
    }
    Value* const place = emitter_.plus(emitter_.times(number, plan_.padded_rows()), row);
    ir_.CreateAlignedStore(found, emitter_.at(bits, emitter_.times(place, 4)), llvm::Align(4));
  };
  const std::int64_t whole = shape_.k / word;
  emitter_.loop(emitter_.index(0), emitter_.index(whole), 1, [&](Value* number) { over_word(number, word); });
  for (std::int64_t number = whole; number < plan_.words(); ++number)
    over_word(emitter_.index(number), std::max<std::int64_t>(shape_.k - number * word, 0));
}

// The words of `lanes` rows that lie side by side, bit by bit, and their copy.
void SkippingProduct::search_columns(Value* a, Value* bits, Value* copy, Value* row) {
  constexpr std::int64_t word = SkippingPlan::word;
  auto* const words = llvm::FixedVectorType::get(ir_.getInt32Ty(), shape_.lanes);
  Value* const none = llvm::Constant::getNullValue(words);
  Value* const mask =
      shape_.m % shape_.lanes == 0 ? nullptr : lanes_below(emitter_, row, emitter_.index(shape_.m), shape_.lanes);
  const auto over_word = [&](Value* number, std::int64_t here) {
    const Values found = emitter_.loop(
        emitter_.index(0), emitter_.index(here), 1, {none, ir_.CreateVectorSplat(shape_.lanes, ir_.getInt32(1))},
        [&](Value* turn, const Values& carried) {
          Value* const k = emitter_.plus(emitter_.times(number, word), turn);
          Value* const numbers = vector_of_a(a, row, k, mask);
          ir_.CreateAlignedStore(
              numbers, bytes(copy, emitter_.plus(emitter_.times(row, shape_.k), emitter_.times(k, shape_.lanes))),
              llvm::Align(static_cast<std::uint64_t>(shape_.bytes())));
          Value* const some = ir_.CreateSelect(nonzero(numbers), carried[1], none);
          return Values{ir_.CreateOr(carried[0], some), ir_.CreateAdd(carried[1], carried[1])};
        });
    Value* const place = emitter_.plus(emitter_.times(number, plan_.padded_rows()), row);
    ir_.CreateAlignedStore(found[0], emitter_.at(bits, emitter_.times(place, 4)), llvm::Align(4));
  };
  const std::int64_t whole = shape_.k / word;
  emitter_.loop(emitter_.index(0), emitter_.index(whole), 1, [&](Value* number) { over_word(number, word); });
  for (std::int64_t number = whole; number < plan_.words(); ++number)
    over_word(emitter_.index(number), std::max<std::int64_t>(shape_.k - number * word, 0));
}

void SkippingProduct::emit_search(Scope& scope, Value* begin, Value* end) {
  Value* const a = first_factor(scope);
  Value* const bits = scope.workspace(bits_);
  Value* const copy = plan_.copied ? scope.workspace(copied_) : nullptr;
  emitter_.loop(begin, end, 1, [&](Value* unit) {
    Value* const first = emitter_.times(unit, shape_.lanes);
    if (plan_.copied) {
      search_columns(a, bits, copy, first);
      return;
    }
    Value* const last = ir_.CreateBinaryIntrinsic(
        llvm::Intrinsic::smin, emitter_.plus(first, emitter_.index(shape_.lanes)), emitter_.index(shape_.m));
    emitter_.loop(first, last, 1, [&](Value* row) { search_rows(a, bits, row); });
  });
}

// All of k for `count` rows and one panel of `columns` columns.
void SkippingProduct::emit_panel(Scope& scope, Value* row, Value* count, Value* panel, std::int64_t columns) {
  const std::int64_t panel_bytes = kernels_.row_bytes();
  Value* const memory = plan_.packed ? scope.stack(static_cast<std::uint64_t>(plan_.cut * panel_bytes)) : nullptr;
  Value* const sums = scope.stack(static_cast<std::uint64_t>(kernels_.waiting_stride()));
  Value* const waiting = shape_.levels() == 0
                             ? sums
                             : scope.stack(static_cast<std::uint64_t>(shape_.levels() * kernels_.waiting_stride()));
  Value* const column = emitter_.times(panel, shape_.panel());
  const loops::Matrix& second = plan_.turned ? product_.a : product_.b;
  Value* const a = plan_.copied ? bytes(scope.workspace(copied_), emitter_.times(row, shape_.k))
                                : bytes(first_factor(scope), emitter_.times(row, shape_.a_row));
  Value* const b = bytes(scope.base(second.buffer),
                         emitter_.plus(affine_start(scope, second.offset), emitter_.times(column, shape_.b_column)));
  Value* const c =
      bytes(scope.base(product_.c.buffer),
            emitter_.plus(affine_start(scope, product_.c.offset),
                          emitter_.plus(emitter_.times(row, shape_.c_row), emitter_.times(column, shape_.c_column))));
  Value* const bits = emitter_.at(scope.workspace(bits_), emitter_.times(row, 4));
  SkippingKernels::Rows rows{.a = nullptr};
  rows.count = count;
  rows.sums = sums;
  rows.waiting = waiting;
  rows.row = row;
  rows.column = column;
  const auto over_block = [&](Value* block, std::int64_t k, Value* merge, Value* level) {
    Value* const first = emitter_.times(block, ProductShape::block);
    const std::int64_t cuts = (k + plan_.cut - 1) / plan_.cut;
    rows.a_block = bytes(a, emitter_.times(first, kernels_.k_stride()));
    rows.b_block = bytes(b, emitter_.times(first, shape_.b_row));
    rows.k_block = emitter_.index(k);
    rows.merge = merge;
    const auto over_cut = [&](Value* cut, std::int64_t ks, Value* unsafe, Start start, End end) {
      Value* const from = emitter_.times(cut, plan_.cut);
      Value* const from_b = bytes(rows.b_block, emitter_.times(from, shape_.b_row));
      rows.b = plan_.packed ? memory : from_b;
      Value* const found = ir_.CreateCall(kernels_.copy(columns), {from_b, rows.b, emitter_.index(ks)});
      rows.unsafe = ir_.CreateOr(unsafe, found);
      rows.a = bytes(rows.a_block, emitter_.times(from, kernels_.k_stride()));
      Value* const word = emitter_.plus(emitter_.times(block, ProductShape::block / SkippingPlan::word),
                                        emitter_.times(cut, plan_.cut / SkippingPlan::word));
      rows.bits = emitter_.at(bits, emitter_.times(word, plan_.padded_rows() * 4));
      rows.c = end == End::complete
                   ? emitter_.at(waiting, ir_.CreateMul(level, emitter_.index(kernels_.waiting_stride())))
                   : c;
      ir_.CreateCall(kernels_.rows(columns, start, end), SkippingKernels::arguments(scope.frame(), rows));
      return rows.unsafe;
    };
    Value* unsafe = emitter_.index(0);
    if (cuts > 1) unsafe = over_cut(emitter_.index(0), plan_.cut, unsafe, Start::zero, End::partial);
    unsafe =
        emitter_.loop(emitter_.index(1), emitter_.index(cuts - 1), 1, {unsafe}, [&](Value* cut, const Values& carried) {
          return Values{over_cut(cut, plan_.cut, carried[0], Start::accumulate, End::partial)};
        })[0];
    const End end = level != nullptr ? End::complete
                    : plan_.turned   ? End::turned
                    : epilogue_      ? End::finished
                                     : End::stored;
    over_cut(emitter_.index(cuts - 1), k - (cuts - 1) * plan_.cut, unsafe, cuts > 1 ? Start::accumulate : Start::zero,
             end);
  };
  for_blocks(emitter_, shape_, over_block);
}

void SkippingProduct::emit_units(Scope& scope, Value* begin, Value* end) {
  const std::int64_t chunks = plan_.chunks();
  const std::int64_t panels = plan_.panels();
  const std::int64_t rest = shape_.n - (panels - 1) * shape_.panel();
  const auto least = [&](Value* a, Value* b) { return ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smin, a, b); };
  // Chunks of one panel go together.
  Value* const last_panel =
      chunks == 1 ? end : ir_.CreateUDiv(emitter_.plus(end, emitter_.index(chunks - 1)), emitter_.index(chunks));
  Value* const first_panel = chunks == 1 ? begin : ir_.CreateUDiv(begin, emitter_.index(chunks));
  emitter_.loop(first_panel, last_panel, 1, [&](Value* panel) {
    Value* const before = emitter_.times(panel, chunks);
    Value* const first =
        ir_.CreateBinaryIntrinsic(llvm::Intrinsic::smax, ir_.CreateSub(begin, before), emitter_.index(0));
    Value* const last = least(ir_.CreateSub(end, before), emitter_.index(chunks));
    const std::int64_t together = plan_.most_rows / plan_.chunk;
    emitter_.loop(first, last, together, [&](Value* chunk) {
      Value* const row = emitter_.times(chunk, plan_.chunk);
      Value* const chunks_here = least(emitter_.index(together), ir_.CreateSub(last, chunk));
      Value* const count =
          least(emitter_.times(chunks_here, plan_.chunk), ir_.CreateSub(emitter_.index(shape_.m), row));
      if (panels == 1 || rest == shape_.panel()) {
        emit_panel(scope, row, count, panel, panels == 1 ? rest : shape_.panel());
        return;
      }
      const auto over = [&](std::int64_t columns) {
        return [&, columns] {
          emit_panel(scope, row, count, panel, columns);
          return Values{};
        };
      };
      emitter_.branch(ir_.CreateICmpEQ(panel, emitter_.index(panels - 1)), over(rest), over(shape_.panel()));
    });
  });
}

}  // namespace downhill::jit
