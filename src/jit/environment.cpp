#include "jit/program.hpp"
#include "llvm/IR/Intrinsics.h"
#include "llvm/IR/IntrinsicsX86.h"

namespace downhill::jit {
namespace {

// MXCSR with all exceptions masked, round to nearest, no flush to zero; the flags of past exceptions (low 6 bits) do not matter.
constexpr std::uint32_t default_mxcsr = 0x1f80;
constexpr std::uint32_t flags = 0x3f;

}  // namespace

void in_default_environment(Emitter& emitter, const std::function<void()>& body) {
  llvm::IRBuilder<>& ir = emitter.ir;
  if (!emitter.target.triple.starts_with("x86_64")) {
    llvm::Type* const type = ir.getInt64Ty();
    Value* const found = ir.CreateIntrinsic(llvm::Intrinsic::get_fpmode, {type}, {});
    ir.CreateIntrinsic(llvm::Intrinsic::reset_fpmode, {}, {});
    body();
    ir.CreateIntrinsic(llvm::Intrinsic::set_fpmode, {type}, {found});
    return;
  }
  const auto slot = [&]() -> Value* {
    const llvm::IRBuilderBase::InsertPointGuard guard(ir);
    llvm::BasicBlock& start = emitter.function()->getEntryBlock();
    ir.SetInsertPoint(&start, start.begin());
    return ir.CreateAlloca(ir.getInt32Ty());
  };
  Value* const found = slot();
  Value* const wanted = slot();
  ir.CreateIntrinsic(llvm::Intrinsic::x86_sse_stmxcsr, {}, {found});
  Value* const differs = ir.CreateICmpNE(ir.CreateAnd(ir.CreateLoad(ir.getInt32Ty(), found), ir.getInt32(~flags)),
                                         ir.getInt32(default_mxcsr));
  emitter.when(differs, [&] {
    ir.CreateStore(ir.getInt32(default_mxcsr), wanted);
    ir.CreateIntrinsic(llvm::Intrinsic::x86_sse_ldmxcsr, {}, {wanted});
  });
  body();
  emitter.when(differs, [&] { ir.CreateIntrinsic(llvm::Intrinsic::x86_sse_ldmxcsr, {}, {found}); });
}

}  // namespace downhill::jit
