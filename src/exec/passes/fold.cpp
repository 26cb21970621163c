#include "exec/passes/fold.hpp"

#include "exec/passes/rewrite.hpp"
#include "ir/constant.hpp"

#include <algorithm>

namespace downhill::exec::passes {
namespace {

constexpr std::int64_t largest_result = 4096;

const ir::Literal* constant_of(const ir::Graph& graph, ir::ValueId id) {
  const ir::NodeId maker = graph.values()[id].node;
  if (maker == ir::no_node || graph.nodes()[maker].primitive->lowering != ir::Lowering::constant) {
    return nullptr;
  }
  return &graph.nodes()[maker].attributes->get<ir::Literal>("value");
}

// The results of a node on constants; empty if it is not to be folded.
std::vector<ir::Literal> folded(const Rewrite& rewrite, const ir::Node& node) {
  using ir::Lowering;
  const Lowering lowering = node.primitive->lowering;
  if (node.operand_count == 0 || lowering == Lowering::loop || lowering == Lowering::branch) {
    return {};
  }
  std::vector<const void*> operands;
  std::int64_t given = 1;
  for (const ir::ValueId operand : rewrite.operands(node)) {
    const ir::Literal* literal = constant_of(rewrite.to, operand);
    if (literal == nullptr) {
      return {};
    }
    operands.push_back(literal->buffer.data());
    given = std::max(given, literal->type.shape.size());
  }
  const std::vector<Type> types = rewrite.from.result_types(node);
  std::vector<ir::Literal> results;
  std::vector<void*> outputs;
  for (const Type& type : types) {
    if (type.shape.size() > largest_result || (lowering == Lowering::view && type.shape.size() > given)) {
      return {};
    }
    results.push_back(ir::make_literal(type));
    outputs.push_back(results.back().buffer.data());
  }
  const ir::Status status =
      node.primitive->evaluate({*node.attributes, rewrite.from.operand_types(node), types, operands, outputs});
  return status.fault == ir::Fault::none ? results : std::vector<ir::Literal>{};
}

}  // namespace

ir::Graph fold_constants(const ir::Graph& graph) {
  Rewrite rewrite(graph);
  for (const ir::Node& node : graph.nodes()) {
    std::vector<ir::Literal> results = folded(rewrite, node);
    if (results.empty()) {
      rewrite.copy(node, fold_constants);
      continue;
    }
    for (std::size_t k = 0; k < results.size(); ++k) {
      rewrite.replace(node.first_result + static_cast<ir::ValueId>(k),
                      rewrite.to.add(ir::constant, {}, {{"value", std::move(results[k])}}, node.where));
    }
  }
  return rewrite.finish();
}

}  // namespace downhill::exec::passes
