#include "ad/reverse.hpp"

#include "ad/control.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::ad {
namespace {

using ir::Application;
using ir::Derivative;
using Kind = ir::Derivative::Kind;

}  // namespace

ReverseSweep::ReverseSweep(const ir::Graph& graph, std::span<const Array> inputs, const std::vector<bool>& wanted)
    : graph_(graph), active_(active_values(graph, wanted)), values_(graph.values().size()) {
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values_[graph.inputs()[k]] = inputs[k];
  }
  std::vector<Array> operands;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const ir::Node& node = graph.nodes()[n];
    operands.clear();
    for (const ir::ValueId operand : graph.operands(node)) {
      operands.push_back(values_[operand]);
    }
    bool is_active = false;
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      is_active = is_active || active_[node.first_result + k];
    }
    std::vector<Array> results;
    if (is_active && node.primitive->derivative.kind == Kind::loop) {
      LoopRecord record = loop_recorded(*node.attributes, operands);
      results = std::move(record.results);
      loop_carries_.emplace(static_cast<ir::NodeId>(n), std::move(record.carries));
    } else {
      results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    }
    std::ranges::move(results, values_.begin() + node.first_result);
  }
}

std::vector<Array> ReverseSweep::outputs() const {
  std::vector<Array> outputs;
  for (const ir::ValueId output : graph_.outputs()) {
    outputs.push_back(values_[output]);
  }
  return outputs;
}

Tangents ReverseSweep::pull_node(const ir::Node& node, const std::vector<Array>& operands,
                                 const std::vector<Array>& results, const Tangents& cotangents,
                                 const std::vector<bool>& wanted) const {
  const Derivative& rule = node.primitive->derivative;
  const Application a{*node.attributes, operands, results};
  Tangents pulled(operands.size());
  switch (rule.kind) {
    case Kind::zero: break;
    case Kind::pointwise:
      for (std::size_t k = 0; k < operands.size(); ++k) {
        if (wanted[k] && rule.chain[k] != nullptr) {
          pulled[k] = rule.chain[k](a, *cotangents[0]);
        }
      }
      break;
    case Kind::linear:
    case Kind::bilinear:
      for (std::size_t k = 0; k < operands.size(); ++k) {
        if (wanted[k]) {
          pulled[k] = rule.transpose(a, k, *cotangents[0]);
        }
      }
      break;
    case Kind::custom: pulled = rule.vjp(a, cotangents, wanted); break;
    case Kind::loop:
      pulled =
          loop_pulled(*node.attributes, operands,
                      loop_carries_.at(static_cast<ir::NodeId>(&node - graph_.nodes().data())), cotangents, wanted);
      break;
    case Kind::branch: pulled = branch_pulled(*node.attributes, operands, cotangents, wanted); break;
  }
  return pulled;
}

Tangents ReverseSweep::pull(const Tangents& cotangents) const {
  Tangents cotangent(graph_.values().size());
  const auto add = [&](ir::ValueId value, const std::optional<Array>& term) {
    if (term && active_[value]) {
      std::optional<Array>& total = cotangent[value];
      total = total ? *total + *term : *term;
    }
  };
  for (std::size_t k = 0; k < cotangents.size(); ++k) {
    add(graph_.outputs()[k], cotangents[k]);
  }
  for (std::size_t n = graph_.nodes().size(); n-- > 0;) {
    const ir::Node& node = graph_.nodes()[n];
    Tangents incoming;
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      incoming.push_back(std::move(cotangent[node.first_result + k]));
      cotangent[node.first_result + k].reset();
    }
    if (std::ranges::none_of(incoming, [](const auto& c) { return c.has_value(); })) {
      continue;
    }
    std::vector<Array> operands;
    std::vector<bool> wanted;
    for (const ir::ValueId operand : graph_.operands(node)) {
      operands.push_back(values_[operand]);
      wanted.push_back(active_[operand]);
    }
    const std::vector<Array> results(values_.begin() + node.first_result,
                                     values_.begin() + node.first_result + node.result_count);
    const Tangents pulled = pull_node(node, operands, results, incoming, wanted);
    for (std::size_t k = 0; k < pulled.size(); ++k) {
      add(graph_.operands(node)[k], pulled[k]);
    }
  }
  Tangents result;
  for (const ir::ValueId input : graph_.inputs()) {
    result.push_back(cotangent[input]);
  }
  return result;
}

}  // namespace downhill::ad
