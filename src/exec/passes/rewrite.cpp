#include "exec/passes/rewrite.hpp"

namespace downhill::exec::passes {

ir::Attributes with_bodies(const ir::Attributes& attributes, Pass pass) {
  std::vector<std::pair<std::string_view, ir::Attribute>> entries(attributes.begin(), attributes.end());
  for (auto& [name, attribute] : entries) {
    if (const auto* body = std::get_if<ir::SubGraph>(&attribute)) {
      attribute = std::make_shared<const ir::Graph>(pass(**body));
    }
  }
  return ir::Attributes(std::move(entries));
}

Rewrite::Rewrite(const ir::Graph& old) : from(old), values_(old.values().size(), 0) {
  for (const ir::ValueId input : old.inputs()) {
    values_[input] = to.add_input(old.type(input));
  }
}

std::vector<ir::ValueId> Rewrite::operands(const ir::Node& node) const {
  std::vector<ir::ValueId> result;
  result.reserve(node.operand_count);
  for (const ir::ValueId operand : from.operands(node)) {
    result.push_back(values_[operand]);
  }
  return result;
}

void Rewrite::copy(const ir::Node& node, Pass pass) {
  const bool has_bodies =
      node.primitive->lowering == ir::Lowering::loop || node.primitive->lowering == ir::Lowering::branch;
  const ir::ValueId first =
      to.add(*node.primitive, operands(node),
             has_bodies && pass != nullptr ? with_bodies(*node.attributes, pass) : *node.attributes, node.where);
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    values_[node.first_result + k] = first + k;
  }
}

ir::Graph Rewrite::finish() {
  std::vector<ir::ValueId> outputs;
  outputs.reserve(from.outputs().size());
  for (const ir::ValueId output : from.outputs()) {
    outputs.push_back(values_[output]);
  }
  to.set_outputs(std::move(outputs));
  return std::move(to);
}

}  // namespace downhill::exec::passes
