#include "exec/passes/simplify.hpp"

#include "ops/primitives.hpp"

namespace downhill::exec::passes {

const ir::Node* Term::made_by(ir::ValueId id, const ir::Primitive& primitive) const {
  const ir::NodeId maker = rewrite.to.values()[id].node;
  return maker != ir::no_node && rewrite.to.nodes()[maker].primitive == &primitive ? &rewrite.to.nodes()[maker]
                                                                                   : nullptr;
}

ir::ValueId Term::operand_of(const ir::Node& maker, std::size_t k) const { return rewrite.to.operands(maker)[k]; }

std::optional<double> Term::uniform(ir::ValueId id) const {
  while (true) {
    const ir::NodeId maker = rewrite.to.values()[id].node;
    if (maker == ir::no_node || type(id).shape.size() == 0) {
      return std::nullopt;
    }
    const ir::Node& made = rewrite.to.nodes()[maker];
    if (made.primitive == &ir::constant) {
      const auto& literal = made.attributes->get<ir::Literal>("value");
      const double first = ir::element(literal.type.dtype, literal.buffer.data(), 0);
      const std::size_t width = size_of(literal.type.dtype);
      for (std::size_t k = width; k < literal.buffer.bytes(); ++k) {
        if (literal.buffer.data()[k] != literal.buffer.data()[k - width]) {
          return std::nullopt;
        }
      }
      return first;
    }
    if (made.primitive != &primitives::broadcast_to && made.primitive != &primitives::reshape &&
        made.primitive != &primitives::transpose) {
      return std::nullopt;
    }
    id = operand_of(made);
  }
}

ir::ValueId Term::add(const ir::Primitive& primitive, std::vector<ir::ValueId> of, ir::Attributes attributes) const {
  return rewrite.to.add(primitive, of, std::move(attributes), node.where);
}

ir::ValueId Term::constant(Type type, double number) const {  // a copy: the graph moves its types when it grows
  const ir::ValueId scalar = add(ir::constant, {}, {{"value", ir::scalar_literal(type.dtype, number)}});
  return type.shape.rank() == 0 ? scalar : add(primitives::broadcast_to, {scalar}, {{"shape", type.shape.lengths()}});
}

ir::Graph simplify(const ir::Graph& graph) {
  Rewrite rewrite(graph);
  for (const ir::Node& node : graph.nodes()) {
    const Term term{rewrite, node, rewrite.operands(node)};
    auto value =
        node.primitive->lowering == ir::Lowering::pointwise ? simplified_arithmetic(term) : simplified_view(term);
    if (value) {
      rewrite.replace(node.first_result, *value);
    } else {
      rewrite.copy(node, simplify);
    }
  }
  return rewrite.finish();
}

}  // namespace downhill::exec::passes
