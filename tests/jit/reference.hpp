#pragma once
#include <cstddef>
#include <vector>

#include "ir/loops.hpp"

namespace downhill::jit {

/// One buffer's contents.
using Bytes = std::vector<std::byte>;

/// Runs a loop program one point at a time, exactly as ir/loops.hpp defines it: the oracle of the tests of emitted code.
/// inputs[slot]; `outputs[slot]` have their sizes and are filled. Kernel calls are not run.
void run_reference(const ir::loops::LoopProgram& program, const std::vector<Bytes>& inputs,
                   std::vector<Bytes>& outputs);

/// Same bits, any two NaNs being equal.
[[nodiscard]] bool same_elements(DType dtype, const Bytes& a, const Bytes& b);
/// "f64: 1.5, 2, …" with differences marked, for failures.
[[nodiscard]] std::string first_difference(DType dtype, const Bytes& expected, const Bytes& found);

}  // namespace downhill::jit
