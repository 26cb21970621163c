#include "analysis/degree.hpp"

#include "ops/primitives.hpp"

#include <algorithm>

namespace downhill::analysis {
namespace {

Degree product(Degree a, Degree b) {
  if (a == Degree::constant || b == Degree::constant) {
    return std::max(a, b);
  }
  return a == Degree::affine && b == Degree::affine ? Degree::quadratic : Degree::other;
}

Degree largest(const std::vector<Degree>& degrees) {
  return degrees.empty() ? Degree::constant : *std::ranges::max_element(degrees);
}

Degree degree_of(const ir::Primitive& primitive, const std::vector<Degree>& operands) {
  using Kind = ir::Derivative::Kind;
  const Degree most = largest(operands);
  if (most == Degree::constant) {
    return most;
  }
  const ir::Primitive* p = &primitive;
  if (p == &primitives::add || p == &primitives::sub || p == &primitives::neg) {
    return most;
  }
  if (p == &primitives::mul || p == &primitives::chain_mul || primitive.derivative.kind == Kind::bilinear) {
    return product(operands[0], operands[1]);
  }
  if (p == &primitives::div) {
    return operands[1] == Degree::constant ? operands[0] : Degree::other;
  }
  if (p == &primitives::where) {
    return operands[0] == Degree::constant ? most : Degree::other;
  }
  if (primitive.lowering == ir::Lowering::call && primitive.derivative.kind == Kind::custom) {
    // Gathered and scattered elements at fixed places are linear in what is moved.
    const bool is_moved = p == &primitives::gather || p == &primitives::scatter_add;
    return is_moved && operands[1] == Degree::constant ? operands[0] : Degree::other;
  }
  return primitive.derivative.kind == Kind::linear ? most : Degree::other;
}

}  // namespace

std::vector<Degree> degrees_of_values(const ir::Graph& graph, const std::vector<bool>& variable) {
  std::vector<Degree> all(graph.values().size(), Degree::constant);
  for (std::size_t k = 0; k < graph.inputs().size(); ++k) {
    all[graph.inputs()[k]] = variable[k] ? Degree::affine : Degree::constant;
  }
  std::vector<Degree> operands;
  for (const ir::Node& node : graph.nodes()) {
    operands.clear();
    for (const ir::ValueId operand : graph.operands(node)) {
      operands.push_back(all[operand]);
    }
    Degree degree = degree_of(*node.primitive, operands);
    // Rounded to another type, a number is no longer a polynomial.
    const bool is_rounded = node.primitive == &primitives::convert && graph.type(node.first_result).dtype != DType::f64;
    if (is_rounded && degree != Degree::constant) degree = Degree::other;
    std::fill_n(all.begin() + node.first_result, node.result_count, degree);
  }
  return all;
}

std::vector<Degree> degrees(const ir::Graph& graph, const std::vector<bool>& variable) {
  const std::vector<Degree> all = degrees_of_values(graph, variable);
  std::vector<Degree> outputs;
  for (const ir::ValueId output : graph.outputs()) {
    outputs.push_back(all[output]);
  }
  return outputs;
}

}  // namespace downhill::analysis
