#pragma once
#include "analysis/curvature_facts.hpp"
#include "ir/trace.hpp"

#include <utility>
#include <vector>

namespace downhill::analysis {

/// Of every value of a traced loss, whether it does not depend on its first input.
[[nodiscard]] std::vector<bool> constants_of(const ir::Graph& graph);

/// The smallest and the largest element of each constant that a value which is none is computed from. Empty if they cannot be
/// computed.
[[nodiscard]] std::vector<std::pair<ir::ValueId, Bounds>> constant_bounds(const ir::Traced& loss,
                                                                          const std::vector<bool>& is_constant);

}  // namespace downhill::analysis
