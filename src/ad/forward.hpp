#pragma once
#include "ir/graph.hpp"

#include <downhill/array.hpp>

#include <optional>
#include <span>
#include <vector>

namespace downhill::ad {

using ir::Tangents;

struct ForwardResult {
  std::vector<Array> outputs;
  Tangents tangents;  ///< of the outputs; absent where they cannot depend on what has a tangent
};

/// Replays a graph on arrays and carries tangents along (forward mode). `tangents` has one entry for each input.
[[nodiscard]] ForwardResult replay_forward(const ir::Graph& graph, std::span<const Array> inputs,
                                           const Tangents& tangents);

/// Which outputs of the graph depend differentiably on the inputs marked active.
[[nodiscard]] std::vector<bool> active_outputs(const ir::Graph& graph, const std::vector<bool>& active_inputs);
/// The same for every value.
[[nodiscard]] std::vector<bool> active_values(const ir::Graph& graph, const std::vector<bool>& active_inputs);

/// Zeros of the type of `array`.
[[nodiscard]] Array zeros_like(const Array& array);

}  // namespace downhill::ad
