#pragma once
#include "ir/graph.hpp"

#include <vector>

namespace downhill::analysis {

/// A value |first|, also written as the root of a square, max(first, second), min(first, second), or where(low < high, first, second), of operands of degree at most one in
/// the first input, on which the only output depends through linear operations with constant coefficients alone: the loss is
/// such values, each with its weight, and something else.
struct Fold {
  enum class Kind { absolute, larger, smaller, chosen };

  Kind kind = Kind::absolute;
  ir::ValueId result = 0;
  ir::ValueId first = 0;
  ir::ValueId second = 0;  ///< that of the first for `absolute`
  ir::ValueId low = 0;     ///< `chosen` alone
  ir::ValueId high = 0;
};

/// The folds of a loss, a graph of one output. Two passes over the nodes.
[[nodiscard]] std::vector<Fold> folds(const ir::Graph& graph);

/// Of every value, whether the output depends on it through linear operations with constant coefficients alone, or not at all.
[[nodiscard]] std::vector<bool> linear_in_output(const ir::Graph& graph);

}  // namespace downhill::analysis
