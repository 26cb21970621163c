#include "analysis/folds.hpp"

#include "analysis/constants.hpp"
#include "analysis/degree.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <optional>
#include <span>

namespace downhill::analysis {
namespace {

// Whether the results of a node are linear in operand k alone, the others being what they are.
bool is_linear_in(const ir::Primitive& primitive, std::size_t k, std::span<const ir::ValueId> operands,
                  const std::vector<bool>& is_constant) {
  using Kind = ir::Derivative::Kind;
  const ir::Primitive* const p = &primitive;
  if (p == &primitives::add || p == &primitives::sub || p == &primitives::neg) return true;
  if (p == &primitives::mul || primitive.derivative.kind == Kind::bilinear) return is_constant[operands[1 - k]];
  if (p == &primitives::div) return k == 0 && is_constant[operands[1]];
  if (p == &primitives::where) return k > 0 && is_constant[operands[0]];
  if (p == &primitives::gather || p == &primitives::scatter_add) return k == 0 && is_constant[operands[1]];
  return primitive.derivative.kind == Kind::linear;
}

std::optional<Fold> fold_of(const ir::Graph& graph, const ir::Node& node) {
  const ir::Primitive* const p = node.primitive;
  const std::span<const ir::ValueId> operands = graph.operands(node);
  Fold fold;
  fold.result = node.first_result;
  if (p == &primitives::abs) {
    fold.first = fold.second = operands[0];
    return fold;
  }
  if (p == &primitives::sqrt) {  // of a square
    const ir::NodeId square = graph.values()[operands[0]].node;
    if (square == ir::no_node || graph.nodes()[square].primitive != &primitives::mul) return std::nullopt;
    const std::span<const ir::ValueId> factors = graph.operands(graph.nodes()[square]);
    if (factors[0] != factors[1]) return std::nullopt;
    fold.first = fold.second = factors[0];
    return fold;
  }
  if (p == &primitives::maximum || p == &primitives::minimum) {
    fold.kind = p == &primitives::maximum ? Fold::Kind::larger : Fold::Kind::smaller;
    fold.first = operands[0];
    fold.second = operands[1];
    return fold;
  }
  if (p != &primitives::where) return std::nullopt;
  const ir::NodeId test = graph.values()[operands[0]].node;
  if (test == ir::no_node) return std::nullopt;
  const ir::Node& comparison = graph.nodes()[test];
  if (comparison.primitive != &primitives::less && comparison.primitive != &primitives::less_equal) return std::nullopt;
  fold.kind = Fold::Kind::chosen;
  fold.first = operands[1];
  fold.second = operands[2];
  fold.low = graph.operands(comparison)[0];
  fold.high = graph.operands(comparison)[1];
  return fold;
}

}  // namespace

std::vector<bool> linear_in_output(const ir::Graph& graph) {
  const std::vector<bool> is_constant = constants_of(graph);
  std::vector<bool> result(graph.values().size(), true), matters(graph.values().size(), false);
  for (const ir::ValueId output : graph.outputs()) matters[output] = true;
  const std::span<const ir::Node> nodes = graph.nodes();
  for (std::size_t index = nodes.size(); index-- > 0;) {
    const ir::Node& node = nodes[index];
    bool any = false, is_linear = graph.type(node.first_result).dtype == DType::f64;
    for (ir::ValueId value = node.first_result; value < node.first_result + node.result_count; ++value) {
      any = any || matters[value];
      is_linear = is_linear && result[value];
    }
    if (!any) continue;
    const std::span<const ir::ValueId> operands = graph.operands(node);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      matters[operands[k]] = true;
      if (!is_linear || !is_linear_in(*node.primitive, k, operands, is_constant)) result[operands[k]] = false;
    }
  }
  return result;
}

std::vector<Fold> folds(const ir::Graph& graph) {
  const std::vector<bool> is_constant = constants_of(graph);
  std::vector<bool> variable(graph.inputs().size(), false);
  variable.front() = true;
  std::vector<Fold> found;
  for (const ir::Node& node : graph.nodes()) {
    if (is_constant[node.first_result] || graph.type(node.first_result).dtype != DType::f64) continue;
    if (auto fold = fold_of(graph, node)) found.push_back(*fold);
  }
  if (found.empty()) return found;
  const std::vector<bool> is_linear = linear_in_output(graph);
  const std::vector<Degree> degree = degrees_of_values(graph, variable);
  const auto is_straight = [&](ir::ValueId value) { return degree[value] <= Degree::affine; };
  std::erase_if(found, [&](const Fold& fold) {
    if (!is_linear[fold.result] || !is_straight(fold.first) || !is_straight(fold.second)) return true;
    return fold.kind == Fold::Kind::chosen && (!is_straight(fold.low) || !is_straight(fold.high));
  });
  return found;
}

}  // namespace downhill::analysis
