#pragma once
#include "ir/graph.hpp"

namespace downhill::exec::passes {

/// Replaces nodes whose operands are all constants by what they give. Exact: they are evaluated by the same reference that
/// runs programs. Views that would only repeat numbers stay views; a node that fails stays and fails when it is run.
[[nodiscard]] ir::Graph fold_constants(const ir::Graph& graph);

}  // namespace downhill::exec::passes
