#include "optimize/replay.hpp"

#include <downhill/operations.hpp>

#include <utility>

namespace downhill::optimize {

using ir::ValueId;

Mask ancestors(const ir::Graph& graph, std::span<const ValueId> wanted) {
  Mask result(graph.values().size(), false);
  for (const ValueId value : wanted) result[value] = true;
  for (std::size_t index = graph.nodes().size(); index-- > 0;) {
    const ir::Node& node = graph.nodes()[index];
    bool any = false;
    for (std::uint32_t r = 0; r < node.result_count; ++r) any = any || result[node.first_result + r];
    if (!any) continue;
    for (const ValueId operand : graph.operands(node)) result[operand] = true;
  }
  return result;
}

void replay(const ir::Traced& loss, const Mask& is_wanted, Values& values) {
  const ir::Graph& graph = loss.graph;
  for (std::size_t k = 0; k < loss.captured.size(); ++k) values[graph.inputs()[k + 1]] = loss.captured[k];
  std::vector<Array> operands;
  for (const ir::Node& node : graph.nodes()) {
    bool any = false;
    for (std::uint32_t r = 0; r < node.result_count; ++r) {
      any = any || (is_wanted[node.first_result + r] && !values[node.first_result + r]);
    }
    if (!any) continue;
    operands.clear();
    for (const ValueId operand : graph.operands(node)) {
      const Type& type = graph.type(operand);
      operands.push_back(values[operand] ? *values[operand] : zeros(type.shape, type.dtype));
    }
    std::vector<Array> results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    for (std::uint32_t r = 0; r < node.result_count; ++r) values[node.first_result + r] = std::move(results[r]);
  }
}

}  // namespace downhill::optimize
