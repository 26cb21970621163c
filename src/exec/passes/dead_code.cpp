#include "exec/passes/dead_code.hpp"

#include "exec/passes/rewrite.hpp"

namespace downhill::exec::passes {

ir::Graph remove_dead_code(const ir::Graph& graph) {
  std::vector<bool> is_needed(graph.values().size(), false);
  for (const ir::ValueId output : graph.outputs()) {
    is_needed[output] = true;
  }
  const auto nodes = graph.nodes();
  std::vector<bool> is_live(nodes.size(), false);
  for (std::size_t n = nodes.size(); n-- > 0;) {
    for (std::uint32_t k = 0; k < nodes[n].result_count; ++k) {
      is_live[n] = is_live[n] || is_needed[nodes[n].first_result + k];
    }
    if (is_live[n]) {
      for (const ir::ValueId operand : graph.operands(nodes[n])) {
        is_needed[operand] = true;
      }
    }
  }
  Rewrite rewrite(graph);
  for (std::size_t n = 0; n < nodes.size(); ++n) {
    if (is_live[n]) {
      rewrite.copy(nodes[n], remove_dead_code);
    }
  }
  return rewrite.finish();
}

}  // namespace downhill::exec::passes
