#pragma once
#include "ir/graph.hpp"
#include "ir/loops.hpp"

namespace downhill::exec {

/// What scheduling may do. Every combination gives the same bits; the defaults are what programs use.
struct ScheduleOptions {
  enum class Fusion {
    none,   ///< one nest, product or call for every node
    nests,  ///< neighbouring nodes share a nest where that saves memory traffic
    tiles,  ///< nests and products that share a long axis run block by block, what they pass on stays in cache
  };
  Fusion fusion = Fusion::tiles;
  /// Values of at most so many elements become straight-line code. Programs that are small as a whole take the larger
  /// bound.
  std::int64_t unrolled_elements = 4;
  std::int64_t unrolled_elements_if_small = 64;
  /// Bytes that the workspace may take; above, ExecutionError names both numbers.
  std::size_t memory_limit = ~std::size_t{0};
};

/// The loops that compute a canonical graph. Cost: linear in the number of nodes.
/// Throws ExecutionError `schedule: …` if the workspace would exceed `memory_limit` or what the machine has.
[[nodiscard]] ir::loops::LoopProgram schedule(const ir::Graph& graph, const ScheduleOptions& options = {});

}  // namespace downhill::exec
