#pragma once
#include <span>

#include "ir/loops.hpp"
#include "jit/emitter.hpp"

namespace downhill::jit {

/// Whether code can make this call without the library.
[[nodiscard]] bool is_self_contained(const ir::loops::KernelCall& call);

/// What makes these calls in an object file, see Control::kernel: a function of the module that gives 0, or 1 where an index lies outside.
llvm::Function* emit_calls(Emitter& emitter, std::span<const ir::loops::KernelCall* const> calls);

}  // namespace downhill::jit
