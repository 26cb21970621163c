#include "analysis/squares.hpp"

#include "analysis/constants.hpp"
#include "analysis/folds.hpp"
#include "ops/primitives.hpp"

#include <span>

namespace downhill::analysis {

std::vector<Square> squares(const ir::Graph& graph) {
  const std::vector<bool> is_constant = constants_of(graph), is_linear = linear_in_output(graph);
  std::vector<bool> matters(graph.values().size(), false);
  for (const ir::ValueId output : graph.outputs()) matters[output] = true;
  std::vector<Square> found;
  const std::span<const ir::Node> nodes = graph.nodes();
  for (std::size_t index = nodes.size(); index-- > 0;) {
    const ir::Node& node = nodes[index];
    const ir::ValueId result = node.first_result;
    bool any = false;
    for (std::uint32_t r = 0; r < node.result_count; ++r) any = any || matters[result + r];
    if (!any || is_constant[result]) continue;
    if (!is_linear[result] || graph.type(result).dtype != DType::f64) return {};
    const std::span<const ir::ValueId> operands = graph.operands(node);
    if (node.primitive == &primitives::mul && operands[0] == operands[1]) {
      found.push_back({result, operands[0]});
      continue;
    }
    for (const ir::ValueId operand : operands) matters[operand] = true;
  }
  // What is left reaches x itself, or goes through something that is not linear.
  if (matters[graph.inputs().front()]) return {};
  return found;
}

}  // namespace downhill::analysis
