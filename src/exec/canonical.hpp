#pragma once
#include "ir/graph.hpp"

namespace downhill::exec {

/// The graph that both the interpreter and native code run: `graph` after every pass, in the order of canonical.cpp.
[[nodiscard]] ir::Graph canonical(const ir::Graph& graph);

}  // namespace downhill::exec
