#pragma once
#include "ir/backend.hpp"
#include "ir/loops.hpp"

#include <span>

namespace downhill::exec {

/// Runs a loop program one element at a time, exactly as ir/loops.hpp documents it: the reference that scheduling and
/// code generation are tested against. Slow.
///
/// inputs, outputs  by slot, row-major
/// Throws Error for an index outside its buffer. Workspace and tiles hold rubbish at first, so that a read before the
/// write shows.
[[nodiscard]] ir::ExecutionStatus interpret(const ir::loops::LoopProgram& program, std::span<const void* const> inputs,
                                            std::span<void* const> outputs);

}  // namespace downhill::exec
