#include "ad/forward.hpp"

#include "ad/control.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::ad {
namespace {

using ir::Application;
using ir::Derivative;
using Kind = ir::Derivative::Kind;

void accumulate(std::optional<Array>& total, const Array& term) { total = total ? *total + term : term; }

Tangents pointwise(const Derivative& rule, const Application& a, const Tangents& tangents) {
  Tangents results(1);
  for (std::size_t k = 0; k < tangents.size(); ++k) {
    if (tangents[k] && rule.chain[k] != nullptr) {
      accumulate(results[0], rule.chain[k](a, *tangents[k]));
    }
  }
  return results;
}

Tangents linear(const ir::Primitive& primitive, const Application& a, const Tangents& tangents) {
  std::vector<Array> all;
  for (std::size_t k = 0; k < tangents.size(); ++k) {
    all.push_back(tangents[k] ? *tangents[k] : zeros_like(a.operands[k]));
  }
  return {ir::apply(primitive, all, a.attributes)};
}

Tangents bilinear(const ir::Primitive& primitive, const Application& a, const Tangents& tangents) {
  Tangents results(1);
  for (std::size_t k = 0; k < tangents.size(); ++k) {
    if (tangents[k]) {
      std::vector<Array> operands(a.operands.begin(), a.operands.end());
      operands[k] = *tangents[k];
      accumulate(results[0], ir::apply(primitive, operands, a.attributes));
    }
  }
  return results;
}

}  // namespace

Array zeros_like(const Array& array) { return zeros(array.shape(), array.dtype()); }

std::vector<bool> active_values(const ir::Graph& graph, const std::vector<bool>& active_inputs) {
  std::vector<bool> active(graph.values().size(), false);
  for (std::size_t k = 0; k < graph.inputs().size(); ++k) {
    active[graph.inputs()[k]] = active_inputs[k] && is_real(graph.type(graph.inputs()[k]).dtype);
  }
  std::vector<bool> operands;
  for (const ir::Node& node : graph.nodes()) {
    operands.clear();
    for (const ir::ValueId operand : graph.operands(node)) {
      operands.push_back(active[operand]);
    }
    const Derivative& rule = node.primitive->derivative;
    if (rule.kind == Kind::zero || std::ranges::none_of(operands, std::identity{})) {
      continue;
    }
    std::vector<bool> results(node.result_count, true);
    if (rule.kind == Kind::loop) {
      results = active_loop_results(*node.attributes, operands);
    } else if (rule.kind == Kind::branch) {
      results = active_branch_results(*node.attributes, operands);
    } else if (rule.kind == Kind::pointwise) {
      results[0] = false;
      for (std::size_t k = 0; k < operands.size(); ++k) {
        results[0] = results[0] || (operands[k] && rule.chain[k] != nullptr);
      }
    }
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      active[node.first_result + k] = results[k] && is_real(graph.type(node.first_result + k).dtype);
    }
  }
  return active;
}

std::vector<bool> active_outputs(const ir::Graph& graph, const std::vector<bool>& active_inputs) {
  const std::vector<bool> active = active_values(graph, active_inputs);
  std::vector<bool> outputs;
  for (const ir::ValueId output : graph.outputs()) {
    outputs.push_back(active[output]);
  }
  return outputs;
}

ForwardResult replay_forward(const ir::Graph& graph, std::span<const Array> inputs, const Tangents& tangents) {
  std::vector<bool> active_inputs;
  for (const auto& tangent : tangents) {
    active_inputs.push_back(tangent.has_value());
  }
  const std::vector<bool> active = active_values(graph, active_inputs);
  std::vector<Array> primal(graph.values().size());
  Tangents tangent(graph.values().size());
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    primal[graph.inputs()[k]] = inputs[k];
    if (active[graph.inputs()[k]]) {
      tangent[graph.inputs()[k]] = tangents[k];
    }
  }
  std::vector<Array> operands;
  Tangents moving;
  for (const ir::Node& node : graph.nodes()) {
    operands.clear();
    moving.clear();
    for (const ir::ValueId operand : graph.operands(node)) {
      operands.push_back(primal[operand]);
      moving.push_back(tangent[operand]);
    }
    const Derivative& rule = node.primitive->derivative;
    const bool is_active = std::ranges::any_of(moving, [](const auto& t) { return t.has_value(); });
    if (is_active && (rule.kind == Kind::loop || rule.kind == Kind::branch)) {
      ForwardResult both = rule.kind == Kind::loop ? loop_forward(*node.attributes, operands, moving)
                                                   : branch_forward(*node.attributes, operands, moving);
      std::ranges::move(both.outputs, primal.begin() + node.first_result);
      std::ranges::move(both.tangents, tangent.begin() + node.first_result);
      continue;
    }
    std::vector<Array> results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    if (is_active) {
      const Application a{*node.attributes, operands, results};
      Tangents out(node.result_count);
      switch (rule.kind) {
        case Kind::pointwise: out = pointwise(rule, a, moving); break;
        case Kind::linear: out = linear(*node.primitive, a, moving); break;
        case Kind::bilinear: out = bilinear(*node.primitive, a, moving); break;
        case Kind::custom: out = rule.jvp(a, moving); break;
        case Kind::zero:
        case Kind::loop:
        case Kind::branch: break;
      }
      for (std::uint32_t k = 0; k < node.result_count; ++k) {
        if (active[node.first_result + k]) {
          tangent[node.first_result + k] = std::move(out[k]);
        }
      }
    }
    std::ranges::move(results, primal.begin() + node.first_result);
  }
  ForwardResult result;
  for (const ir::ValueId output : graph.outputs()) {
    result.outputs.push_back(primal[output]);
    result.tangents.push_back(tangent[output]);
  }
  return result;
}

}  // namespace downhill::ad
