#pragma once
#include <cstdint>

#include "ir/loops.hpp"
#include "jit/compiler.hpp"

namespace downhill::jit {

/// An object that defines `downhill_run` (an Entry, see runtime.hpp), and the workspace that a call of it needs.
struct CompiledProgram {
  Object object;
  std::uint64_t workspace_bytes = 0;
};

/// Emits and compiles a valid program. Pure: equal programs give equal bytes. Throws Error.
[[nodiscard]] CompiledProgram compile_program(const ir::loops::LoopProgram& program, const Target& target,
                                              Effort effort);

/// The LLVM IR of a program as text; for reading.
[[nodiscard]] std::string print_program(const ir::loops::LoopProgram& program, const Target& target);

}  // namespace downhill::jit
