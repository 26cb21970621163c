#include "analysis/known_values.hpp"

namespace downhill::analysis {

KnownValues::KnownValues(const ir::Traced& f, const std::vector<bool>& is_constant, std::vector<bool> wanted)
    : all_(f.graph.values().size()) {
  const ir::Graph& graph = f.graph;
  const auto nodes = graph.nodes();
  for (std::size_t k = nodes.size(); k-- > 0;) {
    bool any = false;
    for (std::uint32_t r = 0; r < nodes[k].result_count; ++r) any = any || wanted[nodes[k].first_result + r];
    if (!any || !is_constant[nodes[k].first_result]) continue;
    for (const ir::ValueId operand : graph.operands(nodes[k])) wanted[operand] = true;
  }
  const std::size_t declared = graph.inputs().size() - f.captured.size();
  for (std::size_t k = 0; k < f.captured.size(); ++k) {
    const ir::ValueId value = graph.inputs()[declared + k];
    if (wanted[value]) all_[value] = ir::literal_of(f.captured[k]);
  }
  for (const ir::Node& node : nodes) {
    bool any = false, are_known = is_constant[node.first_result];
    for (std::uint32_t r = 0; r < node.result_count; ++r) any = any || wanted[node.first_result + r];
    std::vector<const void*> operands;
    for (const ir::ValueId operand : graph.operands(node)) {
      are_known = are_known && all_[operand];
      if (are_known) operands.push_back(all_[operand]->buffer.data());
    }
    if (!any || !are_known) continue;
    std::vector<ir::Literal> made;
    std::vector<void*> results;
    for (const Type& type : graph.result_types(node)) {
      made.push_back(ir::make_literal(type));
      results.push_back(made.back().buffer.data());
    }
    const ir::Status status = node.primitive->evaluate(
        {*node.attributes, graph.operand_types(node), graph.result_types(node), operands, results});
    if (status.fault != ir::Fault::none) continue;
    for (std::uint32_t r = 0; r < node.result_count; ++r) all_[node.first_result + r] = std::move(made[r]);
  }
}

}  // namespace downhill::analysis
