#pragma once
#include "ad/forward.hpp"
#include "ir/graph.hpp"

#include <map>
#include <span>
#include <vector>

namespace downhill::ad {

/// Reverse mode over a graph: the forward sweep when made, the backward sweep by `pull`, both replayed on arrays.
class ReverseSweep {
 public:
  /// Replays the graph forwards, keeping what the backward sweep needs for the inputs where `wanted`.
  /// The graph must outlive the sweep.
  ReverseSweep(const ir::Graph& graph, std::span<const Array> inputs, const std::vector<bool>& wanted);

  [[nodiscard]] std::vector<Array> outputs() const;
  /// Cotangents of the inputs from cotangents of the outputs; absent means zero, and unwanted ones are absent.
  [[nodiscard]] Tangents pull(const Tangents& cotangents) const;

 private:
  [[nodiscard]] Tangents pull_node(const ir::Node& node, const std::vector<Array>& operands,
                                   const std::vector<Array>& results, const Tangents& cotangents,
                                   const std::vector<bool>& wanted) const;

  const ir::Graph& graph_;
  std::vector<bool> active_;
  std::vector<Array> values_;
  std::map<ir::NodeId, std::vector<Array>> loop_carries_;  ///< carry before every step, stacked
};

}  // namespace downhill::ad
