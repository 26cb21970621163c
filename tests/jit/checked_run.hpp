#pragma once
#include <random>
#include <vector>

#include "ir/loops.hpp"
#include "jit/reference.hpp"

namespace downhill::jit {

/// Random contents for every input of a program: moderate numbers, now and then zeros of both signs, subnormals, huge numbers, infinities and NaN.
[[nodiscard]] std::vector<Bytes> random_inputs(const ir::loops::LoopProgram& program, std::mt19937_64& random);

/// Expects that `program` is valid and that its code, compiled with each effort for this machine and for narrower vectors, with and without threads,
/// gives the reference's bits and touches nothing outside its buffers.
void expect_reference_bits(const ir::loops::LoopProgram& program, const std::vector<Bytes>& inputs);

}  // namespace downhill::jit
