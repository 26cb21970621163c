#pragma once
#include "ir/graph.hpp"

namespace downhill::exec::passes {

/// Computes equal things once: nodes of the same primitive, attributes and operands (in any order where the primitive is
/// symmetric). Exact up to the payload of NaNs.
[[nodiscard]] ir::Graph share_common(const ir::Graph& graph);

}  // namespace downhill::exec::passes
