#pragma once
#include "ir/loops.hpp"
#include "jit/compiler.hpp"
#include "support/checksum.hpp"

namespace downhill::jit {

/// Names the object that `program` compiles to: depends on everything that its bytes depend on, on all of the program's content (constants
/// included), the processor, the version of LLVM, the effort and the version of the emitter.
[[nodiscard]] Checksum program_key(const ir::loops::LoopProgram& program, const Target& target, Effort effort);

}  // namespace downhill::jit
