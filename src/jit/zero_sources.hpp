#pragma once
#include <cstdint>
#include <vector>

#include "ir/loops.hpp"

namespace downhill::jit {

/// Whether zeros are to be expected among the elements of a buffer.
enum class Zeros : std::uint8_t {
  none,      ///< computed by something that gives a zero only by chance
  possible,  ///< handed in, or taken from what is handed in, or put together with a margin of zeros: nothing is known of it
  likely,  ///< chosen against zero: what a mask or max(·, 0) leaves, and products with such
};

/// For every buffer of a program, from the steps that write it. Depends on the program only.
[[nodiscard]] std::vector<Zeros> zeros_of_buffers(const ir::loops::LoopProgram& program);

}  // namespace downhill::jit
