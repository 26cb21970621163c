#include "analysis/smoothness.hpp"

#include "ops/primitives.hpp"

#include <algorithm>
#include <array>
#include <vector>

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

bool is_smooth(const ir::Graph& graph) {
  std::vector<bool> varies(graph.values().size(), false);
  varies[graph.inputs().front()] = true;
  for (const ir::Node& node : graph.nodes()) {
    bool any = false;
    for (const ir::ValueId operand : graph.operands(node)) any = any || varies[operand];
    if (!any || node.primitive == &primitives::stop_gradient) continue;
    if (has_kinks(node.primitive)) return false;
    for (std::uint32_t k = 0; k < node.result_count; ++k) varies[node.first_result + k] = true;
  }
  return true;
}

}  // namespace downhill::analysis
