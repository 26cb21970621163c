#include "jit/llvm_start.hpp"

#include "llvm/Support/TargetSelect.h"

namespace downhill::jit {

void start_llvm() {
  static const bool started = [] {
    llvm::InitializeNativeTarget();
    llvm::InitializeNativeTargetAsmPrinter();
    return true;
  }();
  static_cast<void>(started);
}

}  // namespace downhill::jit
