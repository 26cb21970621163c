#include "jit/square.hpp"

#include "jit/memory.hpp"
#include "llvm/IR/Constants.h"

namespace downhill::jit {
namespace {

llvm::Type* vector_type(Emitter& emitter, DType dtype, unsigned lanes) {
  return llvm::FixedVectorType::get(dtype == DType::f64 ? emitter.ir.getDoubleTy() : emitter.ir.getFloatTy(), lanes);
}

// void(ptr from, i64 stride, ptr to, i64 stride)
llvm::Function* turning(Emitter& emitter, DType dtype, unsigned lanes) {
  const std::string name = dtype == DType::f64 ? "turn_f64" : "turn_f32";
  if (llvm::Function* known = emitter.module.getFunction(name)) return known;
  const llvm::IRBuilderBase::InsertPointGuard guard(emitter.ir);
  llvm::Type* const i64 = emitter.ir.getInt64Ty();
  llvm::Type* const pointer = emitter.pointer();
  llvm::Function* const made =
      emitter.begin_function(name, emitter.ir.getVoidTy(), {pointer, i64, pointer, i64}, Emitter::Visibility::internal);
  llvm::Type* const vector = vector_type(emitter, dtype, lanes);
  const llvm::Align align(size_of(dtype));
  const auto row_of = [&](unsigned base, unsigned row) {
    return emitter.at(made->getArg(base), emitter.times(made->getArg(base + 1), row));
  };
  Values square;
  for (unsigned row = 0; row < lanes; ++row)
    square.push_back(emitter.ir.CreateAlignedLoad(vector, row_of(0, row), align));
  square = transposed(emitter, std::move(square));
  for (unsigned row = 0; row < lanes; ++row) emitter.ir.CreateAlignedStore(square[row], row_of(2, row), align);
  emitter.ir.CreateRetVoid();
  return made;
}

Value* on_stack(Emitter& emitter, llvm::Type* type) {
  llvm::BasicBlock& entry = emitter.function()->getEntryBlock();
  llvm::IRBuilder<> at_entry(&entry, entry.begin());
  auto* const room = at_entry.CreateAlloca(type);
  room->setAlignment(llvm::Align(64));
  return room;
}

}  // namespace

void turn_square(Emitter& emitter, DType dtype, unsigned lanes, const Square& from, const Square& to) {
  emitter.ir.CreateCall(turning(emitter, dtype, lanes), {from.base, from.stride, to.base, to.stride});
}

void turn_square(Emitter& emitter, DType dtype, unsigned lanes, const PartOfMatrix& from, const Square& to) {
  const auto bytes = static_cast<std::int64_t>(size_of(dtype));
  Value* const mask = lanes_below(emitter, from.k, from.k_end, lanes);
  Value* const last = emitter.ir.CreateSub(from.columns, emitter.index(1));
  llvm::Type* const vector = vector_type(emitter, dtype, lanes);
  Value* const square = on_stack(emitter, llvm::ArrayType::get(vector, lanes));
  emitter.loop(emitter.index(0), emitter.index(lanes), 1, [&](Value* row) {
    Value* const column = emitter.ir.CreateBinaryIntrinsic(llvm::Intrinsic::smin, emitter.plus(from.column, row), last);
    const LaneAccess access{.base = from.base,
                            .dtype = dtype,
                            .index = emitter.plus(from.k, emitter.times(column, from.column_stride)),
                            .lanes = lanes,
                            .mask = mask};
    emitter.ir.CreateAlignedStore(load_lanes(emitter, access), emitter.at(square, emitter.times(row, lanes * bytes)),
                                  llvm::Align(size_of(dtype)));
  });
  turn_square(emitter, dtype, lanes, {square, emitter.index(lanes * bytes)}, to);
}

}  // namespace downhill::jit
