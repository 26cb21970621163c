#pragma once
#include "ir/loops.hpp"

#include <cstddef>

namespace downhill::exec {

/// Whether output `output` may lie where input `input` lies: one nest writes it, reads of the input only the element that it is about
/// to write, and nothing that runs with it or after it reads the input.
[[nodiscard]] bool may_overwrite(const ir::loops::LoopProgram& program, std::size_t input, std::size_t output);

}  // namespace downhill::exec
