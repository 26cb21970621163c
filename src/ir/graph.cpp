#include "ir/graph.hpp"

#include "ir/hashing.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <algorithm>

namespace downhill::ir {

ValueId Graph::add_input(Type type) {
  const auto id = static_cast<ValueId>(values_.size());
  values_.push_back({std::move(type), no_node});
  inputs_.push_back(id);
  return id;
}

ValueId Graph::add(const Primitive& primitive, std::span<const ValueId> operands, Attributes attributes,
                   std::source_location where) {
  std::vector<Type> operand_types;
  operand_types.reserve(operands.size());
  for (const ValueId operand : operands) {
    operand_types.push_back(values_.at(operand).type);
  }
  std::vector<Type> results = primitive.types(operand_types, attributes);
  static const auto none = std::make_shared<const Attributes>();
  const auto node = static_cast<NodeId>(nodes_.size());
  const auto first = static_cast<ValueId>(values_.size());
  nodes_.push_back({&primitive, attributes.empty() ? none : std::make_shared<const Attributes>(std::move(attributes)),
                    static_cast<std::uint32_t>(operands_.size()), static_cast<std::uint32_t>(operands.size()), first,
                    static_cast<std::uint32_t>(results.size()), where});
  operands_.insert(operands_.end(), operands.begin(), operands.end());
  for (Type& type : results) {
    values_.push_back({std::move(type), node});
  }
  return first;
}

std::vector<Type> Graph::operand_types(const Node& node) const {
  std::vector<Type> types;
  types.reserve(node.operand_count);
  for (const ValueId operand : operands(node)) {
    types.push_back(values_[operand].type);
  }
  return types;
}

std::vector<Type> Graph::result_types(const Node& node) const {
  std::vector<Type> types;
  types.reserve(node.result_count);
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    types.push_back(values_[node.first_result + k].type);
  }
  return types;
}

bool operator==(const Graph& a, const Graph& b) {
  if (a.nodes_.size() != b.nodes_.size() || a.values_.size() != b.values_.size() || a.operands_ != b.operands_ ||
      a.inputs_ != b.inputs_ || a.outputs_ != b.outputs_) {
    return false;
  }
  for (const ValueId input : a.inputs_) {
    if (a.values_[input].type != b.values_[input].type) {
      return false;
    }
  }
  return std::ranges::equal(a.nodes_, b.nodes_, [](const Node& x, const Node& y) {
    return x.primitive == y.primitive && x.first_operand == y.first_operand && x.operand_count == y.operand_count &&
           x.first_result == y.first_result && (x.attributes == y.attributes || *x.attributes == *y.attributes);
  });
}

std::uint64_t hash(const Graph& graph) {
  std::uint64_t h = mix(graph.nodes().size(), graph.inputs().size());
  for (const ValueId input : graph.inputs()) {
    h = mix(mix(h, input), static_cast<std::uint64_t>(graph.type(input).dtype));
    for (const std::int64_t length : graph.type(input).shape) {
      h = mix(h, static_cast<std::uint64_t>(length));
    }
  }
  for (const Node& node : graph.nodes()) {
    h = hash_text(node.primitive->name, h);
    for (const ValueId operand : graph.operands(node)) {
      h = mix(h, operand);
    }
    h = mix(h, node.first_result);
    if (!node.attributes->empty()) {
      h = mix(h, hash(*node.attributes));
    }
  }
  for (const ValueId output : graph.outputs()) {
    h = mix(h, output);
  }
  return h;
}

void verify(const Graph& graph) {
  std::vector<bool> defined(graph.values().size(), false);
  for (const ValueId input : graph.inputs()) {
    if (input >= defined.size() || graph.values()[input].node != no_node) {
      throw Error(fmt::format("verify: input %{} is not a free value", input));
    }
    defined[input] = true;
  }
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.nodes()[n];
    for (const ValueId operand : graph.operands(node)) {
      if (operand >= defined.size() || !defined[operand]) {
        throw Error(fmt::format("verify: operand %{} of {} (node {}) is used before it is made", operand,
                                node.primitive->name, n));
      }
    }
    const std::vector<Type> declared = node.primitive->types(graph.operand_types(node), *node.attributes);
    const std::vector<Type> held = graph.result_types(node);
    if (declared != held) {
      throw Error(fmt::format("verify: {} (node {}) has results of another type: {} declared, {} held",
                              node.primitive->name, n, declared.empty() ? "none" : to_string(declared.front()),
                              held.empty() ? "none" : to_string(held.front())));
    }
    for (const auto& [name, attribute] : *node.attributes) {
      if (const auto* body = std::get_if<SubGraph>(&attribute)) {
        verify(**body);
      }
    }
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      defined[node.first_result + k] = true;
    }
  }
  for (const ValueId output : graph.outputs()) {
    if (output >= defined.size() || !defined[output]) {
      throw Error(fmt::format("verify: output %{} is not made by any node", output));
    }
  }
}

}  // namespace downhill::ir
