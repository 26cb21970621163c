#include "landscape/affine.hpp"

#include <downhill/operations.hpp>

#include <algorithm>
#include <memory>

#include "ad/forward.hpp"
#include "ir/trace.hpp"

namespace downhill::landscape {
namespace {

enum class Part : unsigned char { fixed, affine, moving };

struct Plan {
  ir::Traced traced;
  std::size_t given = 0;  ///< inputs that are not captured
  std::size_t directions = 0;
  std::vector<Part> parts;          ///< one a value
  std::vector<ir::ValueId> needed;  ///< fixed and affine values that moving nodes or the result use
};

Part part_of(const ir::Graph& graph, const ir::Node& node, const std::vector<Part>& parts) {
  std::size_t affine = 0;
  for (const ir::ValueId operand : graph.operands(node)) {
    if (parts[operand] == Part::moving) return Part::moving;
    affine += parts[operand] == Part::affine ? 1 : 0;
  }
  if (affine == 0) return Part::fixed;
  if (node.result_count != 1 || !is_real(graph.type(node.first_result).dtype)) return Part::moving;
  using Kind = ir::Derivative::Kind;
  const Kind kind = node.primitive->derivative.kind;
  return kind == Kind::linear || (kind == Kind::bilinear && affine == 1) ? Part::affine : Part::moving;
}

bool is_product(const ir::Node& node) { return node.primitive->lowering == ir::Lowering::product; }

// One coefficient of an affine node: k = 0 is the constant. What does not depend on x belongs to the constant.
Array coefficient(const ir::Graph& graph, const ir::Node& node, const std::vector<Part>& parts,
                  const std::vector<std::vector<Array>>& values, std::size_t k) {
  const bool is_linear = node.primitive->derivative.kind == ir::Derivative::Kind::linear;
  std::vector<Array> operands;
  for (const ir::ValueId operand : graph.operands(node)) {
    if (parts[operand] == Part::affine) {
      operands.push_back(values[operand][k]);
    } else {
      const Array& fixed = values[operand][0];
      operands.push_back(is_linear && k > 0 && is_real(fixed.dtype()) ? ad::zeros_like(fixed) : fixed);
    }
  }
  return ir::apply_all(*node.primitive, operands, *node.attributes, node.where).front();
}

std::vector<Array> prepare(const Plan& plan, std::span<const Array> in) {
  const ir::Graph& graph = plan.traced.graph;
  std::vector<std::vector<Array>> values(graph.values().size());
  for (std::size_t k = 0; k < graph.inputs().size(); ++k) {
    const ir::ValueId input = graph.inputs()[k];
    if (k == 0) {
      values[input].assign(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(1 + plan.directions));
    } else {
      values[input] = {k < plan.given ? in[k + plan.directions] : plan.traced.captured[k - plan.given]};
    }
  }
  for (const ir::Node& node : graph.nodes()) {
    const Part part = plan.parts[node.first_result];
    if (part == Part::moving) continue;
    if (part == Part::affine) {
      for (std::size_t k = 0; k <= plan.directions; ++k) {
        values[node.first_result].push_back(coefficient(graph, node, plan.parts, values, k));
      }
      continue;
    }
    std::vector<Array> operands;
    for (const ir::ValueId operand : graph.operands(node)) operands.push_back(values[operand][0]);
    const std::vector<Array> results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    for (std::uint32_t k = 0; k < node.result_count; ++k) values[node.first_result + k] = {results[k]};
  }
  std::vector<Array> result;
  for (const ir::ValueId value : plan.needed) {
    result.insert(result.end(), values[value].begin(), values[value].end());
  }
  return result;
}

std::vector<Array> evaluate(const Plan& plan, std::span<const Array> in) {
  const ir::Graph& graph = plan.traced.graph;
  std::vector<Array> values(graph.values().size());
  std::size_t next = plan.directions;
  for (const ir::ValueId value : plan.needed) {
    values[value] = in[next++];
    if (plan.parts[value] == Part::fixed) continue;
    for (std::size_t k = 0; k < plan.directions; ++k) {
      values[value] = values[value] + astype(in[k], graph.type(value).dtype) * in[next++];
    }
  }
  for (const ir::Node& node : graph.nodes()) {
    if (plan.parts[node.first_result] != Part::moving) continue;
    std::vector<Array> operands;
    for (const ir::ValueId operand : graph.operands(node)) operands.push_back(values[operand]);
    const std::vector<Array> results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    for (std::uint32_t k = 0; k < node.result_count; ++k) values[node.first_result + k] = results[k];
  }
  return {values[graph.outputs().front()]};
}

}  // namespace

AffineSplit split_affine(const ArrayFunction& loss, std::span<const Type> inputs, std::size_t directions) {
  const auto plan = std::make_shared<Plan>();
  plan->traced = ir::trace(loss, inputs);
  plan->given = inputs.size();
  plan->directions = directions;
  const ir::Graph& graph = plan->traced.graph;
  plan->parts.assign(graph.values().size(), Part::fixed);
  plan->parts[graph.inputs().front()] = Part::affine;
  std::vector<bool> is_needed(graph.values().size(), false);
  AffineSplit split;
  for (const ir::Node& node : graph.nodes()) {
    const Part part = part_of(graph, node, plan->parts);
    for (std::uint32_t k = 0; k < node.result_count; ++k) plan->parts[node.first_result + k] = part;
    if (part == Part::affine && is_product(node)) split.is_worthwhile = true;
    if (part != Part::moving) continue;
    for (const ir::ValueId operand : graph.operands(node)) is_needed[operand] = true;
  }
  is_needed[graph.outputs().front()] = true;
  for (ir::ValueId value = 0; value < graph.values().size(); ++value) {
    if (!is_needed[value] || plan->parts[value] == Part::moving) continue;
    plan->needed.push_back(value);
    const std::size_t arrays = plan->parts[value] == Part::affine ? 1 + directions : 1;
    split.prepared.insert(split.prepared.end(), arrays, graph.type(value));
  }
  split.prepare = [plan](std::span<const Array> in) { return prepare(*plan, in); };
  split.evaluate = [plan](std::span<const Array> in) { return evaluate(*plan, in); };
  return split;
}

}  // namespace downhill::landscape
