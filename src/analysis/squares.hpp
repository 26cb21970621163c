#pragma once
#include "ir/graph.hpp"

#include <optional>
#include <vector>

namespace downhill::analysis {

/// A value that is `root` times itself.
struct Square {
  ir::ValueId result = 0;
  ir::ValueId root = 0;
};

/// The squares through which alone a loss, a graph of one output, depends on its first input, linearly and with constant coefficients. Empty if it
/// depends on it in another way too. Two passes over the nodes.
[[nodiscard]] std::vector<Square> squares(const ir::Graph& graph);

}  // namespace downhill::analysis
