#pragma once
#include "ir/graph.hpp"

namespace downhill::analysis {

/// Whether no output of the graph has a kink or jump in its first input: every primitive that depends on it differentiably is smooth
/// where it is defined. A kink that only stop_gradient sees does not count. One pass over the nodes; loops and branches count as
/// not smooth.
[[nodiscard]] bool is_smooth(const ir::Graph& graph);

}  // namespace downhill::analysis
