#include "jit/exported_calls.hpp"

#include "jit/memory.hpp"

namespace downhill::jit {
namespace {

std::int64_t product(const Shape& shape, std::size_t first, std::size_t last) {
  std::int64_t result = 1;
  for (std::size_t axis = first; axis < last; ++axis) result *= shape[axis];
  return result;
}

// i32(ptr x, ptr indices, ptr out), see Primitive::picks_slices.
llvm::Function* picking(Emitter& emitter, const ir::loops::KernelCall& call) {
  const llvm::IRBuilderBase::InsertPointGuard guard(emitter.ir);
  llvm::IRBuilder<>& ir = emitter.ir;
  const Shape& x = call.operand_types[0].shape;
  const Shape& indices = call.operand_types[1].shape;
  const DType dtype = call.result_types[0].dtype;
  const auto batch = static_cast<std::size_t>(call.attributes->get<std::int64_t>("batch"));
  const std::int64_t length = x[batch];
  const std::int64_t picked = product(indices, batch, indices.rank());
  const std::int64_t rest = product(x, batch + 1, x.rank());
  llvm::Type* const i32 = ir.getInt32Ty();
  llvm::Type* const pointer = emitter.pointer();
  llvm::Function* const made =
      emitter.begin_function("pick", i32, {pointer, pointer, pointer}, Emitter::Visibility::internal);
  Value* const none = emitter.index(0);
  Value* const wrong = ir.getInt32(1);
  const auto over_slices = [&](Value* shared, const Values& outer) {
    return emitter.loop(none, emitter.index(picked), 1, outer, [&](Value* turn, const Values& carried) {
      Value* const k = emitter.plus(emitter.times(shared, picked), turn);
      Value* const index = ir.CreateAlignedLoad(i32, emitter.at(made->getArg(1), emitter.times(k, 4)), llvm::Align(4));
      Value* const is_inside = ir.CreateICmpULT(index, ir.getInt32(static_cast<std::uint32_t>(length)));
      emitter.when(is_inside, [&] {
        Value* const row = emitter.plus(emitter.times(shared, length), ir.CreateZExt(index, ir.getInt64Ty()));
        const auto copy = [&](Value* at, unsigned lanes) {
          const LaneAccess from{.base = made->getArg(0),
                                .dtype = dtype,
                                .index = emitter.plus(emitter.times(row, rest), at),
                                .lanes = lanes};
          LaneAccess to = from;
          to.base = made->getArg(2);
          to.index = emitter.plus(emitter.times(k, rest), at);
          store_lanes(emitter, to, load_lanes(emitter, from));
        };
        const auto lanes = static_cast<unsigned>(emitter.target.lanes(size_of(dtype)));
        const std::int64_t whole = rest / lanes * lanes;
        emitter.loop(none, emitter.index(whole), lanes, [&](Value* at) { copy(at, lanes); });
        emitter.loop(emitter.index(whole), emitter.index(rest), 1, [&](Value* at) { copy(at, 1); });
      });
      return Values{ir.CreateSelect(is_inside, carried[0], wrong)};
    });
  };
  ir.CreateRet(emitter.loop(none, emitter.index(product(indices, 0, batch)), 1, {ir.getInt32(0)}, over_slices)[0]);
  return made;
}

}  // namespace

bool is_self_contained(const ir::loops::KernelCall& call) {
  return call.primitive->picks_slices && call.result_types[0].dtype != DType::boolean;
}

llvm::Function* emit_calls(Emitter& emitter, std::span<const ir::loops::KernelCall* const> calls) {
  const llvm::IRBuilderBase::InsertPointGuard guard(emitter.ir);
  llvm::IRBuilder<>& ir = emitter.ir;
  llvm::Type* const pointer = emitter.pointer();
  llvm::Function* const made = emitter.begin_function(
      "call", ir.getInt32Ty(), {pointer, ir.getInt64Ty(), pointer, pointer}, Emitter::Visibility::internal);
  const auto given = [&](unsigned list, std::int64_t k) {
    return ir.CreateAlignedLoad(pointer, emitter.at(made->getArg(list), k * 8), llvm::Align(8));
  };
  Value* status = ir.getInt32(1);
  for (std::size_t number = 0; number < calls.size(); ++number) {
    llvm::Function* const one = picking(emitter, *calls[number]);
    Value* const is_this = ir.CreateICmpEQ(made->getArg(1), emitter.index(static_cast<std::int64_t>(number)));
    status = emitter.branch(
        is_this, [&] { return Values{ir.CreateCall(one, {given(2, 0), given(2, 1), given(3, 0)})}; },
        [&] { return Values{status}; })[0];
  }
  ir.CreateRet(status);
  return made;
}

}  // namespace downhill::jit
