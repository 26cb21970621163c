#pragma once
#include "ir/graph.hpp"

namespace downhill::analysis {

/// Whether a value that depends on the first input may tend to a number that it never takes, while the input runs off or approaches a pole:
/// exponentials, functions that saturate, quotients and powers of what varies.
[[nodiscard]] bool levels_off(const ir::Graph& graph);

}  // namespace downhill::analysis
