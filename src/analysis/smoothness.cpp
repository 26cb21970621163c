#include "analysis/smoothness.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

#include "analysis/raised.hpp"
#include "ops/primitives.hpp"

namespace downhill::analysis {
namespace {

bool has_kinks(const ir::Primitive* primitive) {
  using namespace primitives;
  static const std::array with_kinks{&abs,   &sign, &floor, &ceil,  &round,     &maximum,   &minimum,
                                     &where, &max,  &min,   &sort,  &argsort,   &argmax,    &hypot,
                                     &scan,  &cond, &less,  &equal, &not_equal, &less_equal};
  return std::ranges::find(with_kinks, primitive) != with_kinks.end();
}

}  // namespace

bool is_smooth(const ir::Traced& loss) {
  const ir::Graph& graph = loss.graph;
  const std::span<const ir::Node> nodes = graph.nodes();
  // Values that the outputs depend on differentiably.
  std::vector<bool> matters(graph.values().size(), false);
  for (const ir::ValueId output : graph.outputs()) matters[output] = true;
  for (std::size_t k = nodes.size(); k-- > 0;) {
    const ir::Node& node = nodes[k];
    bool any = false;
    for (std::uint32_t r = 0; r < node.result_count; ++r) any = any || matters[node.first_result + r];
    if (!any || node.primitive == &primitives::stop_gradient) continue;
    for (const ir::ValueId operand : graph.operands(node)) matters[operand] = true;
  }
  const std::vector<bool> is_raised = raised_absolutes(loss);
  std::vector<bool> varies(graph.values().size(), false);
  varies[graph.inputs().front()] = true;
  for (const ir::Node& node : nodes) {
    bool any = false;
    for (const ir::ValueId operand : graph.operands(node)) any = any || varies[operand];
    if (!any || node.primitive == &primitives::stop_gradient) continue;
    for (std::uint32_t r = 0; r < node.result_count; ++r) {
      const ir::ValueId result = node.first_result + r;
      if (matters[result] && has_kinks(node.primitive) && !is_raised[result]) return false;
      varies[result] = true;
    }
  }
  return true;
}

}  // namespace downhill::analysis
