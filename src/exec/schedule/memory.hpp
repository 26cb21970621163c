#pragma once
#include "ir/loops.hpp"

namespace downhill::exec::scheduling {

/// Gives every workspace buffer its offset (a multiple of 64) so that buffers alive together do not overlap, and sets
/// workspace_bytes. Cost: O(b log b) for b buffers.
/// Throws ExecutionError `schedule: …` if that takes more than `limit` bytes or than the machine has.
void plan_memory(ir::loops::LoopProgram& program, std::size_t limit);

}  // namespace downhill::exec::scheduling
