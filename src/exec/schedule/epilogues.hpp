#pragma once
#include "ir/loops.hpp"

namespace downhill::exec::scheduling {

/// Puts nests that go on with the elements of a product right behind it and marks the product: see ir::loops::Product, epilogue.
///
/// Of a product's readers, the first nest that walks over all of its result is taken, if it may run so early. Lanes go where the
/// nest's own arrays are contiguous; a result that nobody else reads takes their layout. Workspace buffers have no offsets yet.
void form_epilogues(ir::loops::LoopProgram& program);

}  // namespace downhill::exec::scheduling
