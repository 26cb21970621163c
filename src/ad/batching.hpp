#pragma once
#include "ir/graph.hpp"

#include <downhill/array.hpp>

#include <span>
#include <vector>

namespace downhill::ad {

struct Batched {
  std::vector<Array> outputs;
  std::vector<bool> batched;  ///< which outputs carry the batch as their first axis
};

/// Replays a graph on inputs of which some carry a batch of `size` as their first axis. What does not depend on a
/// batched input is computed once.
[[nodiscard]] Batched replay_batched(const ir::Graph& graph, std::span<const Array> inputs,
                                     const std::vector<bool>& batched, std::int64_t size);

/// x repeated along a new first axis.
[[nodiscard]] Array repeated(const Array& x, std::int64_t size);

}  // namespace downhill::ad
