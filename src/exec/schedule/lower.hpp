#pragma once
#include "exec/schedule/draft.hpp"

namespace downhill::exec::scheduling {

/// Removes stores that nothing reads, elements that nothing uses and nests that are left with nothing to do.
void remove_unused(Draft& draft);

/// The program with buffers, layouts and lanes decided; workspace buffers have no offsets yet.
[[nodiscard]] ir::loops::LoopProgram lower(const Draft& draft);

}  // namespace downhill::exec::scheduling
