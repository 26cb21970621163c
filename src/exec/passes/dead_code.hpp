#pragma once
#include "ir/graph.hpp"

namespace downhill::exec::passes {

/// Removes nodes that no output needs; inputs stay. Exact: a node that would fail at run time fails no more, for nothing
/// was asked of it.
[[nodiscard]] ir::Graph remove_dead_code(const ir::Graph& graph);

}  // namespace downhill::exec::passes
