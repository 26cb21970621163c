#pragma once
#include <downhill/array.hpp>

#include <optional>
#include <span>
#include <vector>

#include "ir/trace.hpp"

/// Parts of a traced loss, computed anew: at once, or inside another trace.
namespace downhill::optimize {

/// For each value of a graph.
using Mask = std::vector<bool>;
/// The arrays of a graph's values, as far as they are known.
using Values = std::vector<std::optional<Array>>;

/// The values that the `wanted` ones are computed from, those included.
[[nodiscard]] Mask ancestors(const ir::Graph& graph, std::span<const ir::ValueId> wanted);

/// Computes the values that `is_wanted` and are not given; what they need beside them counts as zero.
void replay(const ir::Traced& loss, const Mask& is_wanted, Values& values);

}  // namespace downhill::optimize
