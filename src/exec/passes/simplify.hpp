#pragma once
#include "exec/passes/rewrite.hpp"

#include <optional>

namespace downhill::exec::passes {

/// Algebra that needs no look at the numbers. Every rule but the last is exact (any two NaNs being equal):
///   x - 0, x + (-0), x * 1, x / 1 -> x        x * -1, x / -1 -> -x        x / 2^k -> x * 2^-k
///   -(-x) -> x        x + (-y) -> x - y        x - (-y) -> x + y        (-x) * (-y) -> x * y
///   chain_mul(t, c) -> t * c for finite c        chain_mul(c, f) -> c * f for c that is not 0
///   where(c, x, x) -> x, a known condition -> its side        conversions to the same type, stop_gradient -> x
///   reshape, transpose, broadcast_to, slice of one of its own kind -> one; those that change nothing -> x
///   slice of one part of a concatenate -> slice of that part
///   reductions over axes of length 1 -> reshape
/// and canonical, rounding once instead of n times: sum of n equal elements that broadcast_to made -> n * x.
[[nodiscard]] ir::Graph simplify(const ir::Graph& graph);

/// What the rules see of a node: its operands are values of the new graph.
struct Term {
  Rewrite& rewrite;
  const ir::Node& node;
  std::vector<ir::ValueId> operands;

  [[nodiscard]] const Type& type(ir::ValueId id) const { return rewrite.to.type(id); }
  [[nodiscard]] const Type& result_type() const { return rewrite.from.type(node.first_result); }
  /// The node that makes the value, if it is `primitive`.
  [[nodiscard]] const ir::Node* made_by(ir::ValueId id, const ir::Primitive& primitive) const;
  [[nodiscard]] ir::ValueId operand_of(const ir::Node& maker, std::size_t k = 0) const;
  /// The number that all elements of the value are, if it is known.
  [[nodiscard]] std::optional<double> uniform(ir::ValueId id) const;
  ir::ValueId add(const ir::Primitive& primitive, std::vector<ir::ValueId> of, ir::Attributes attributes = {}) const;
  /// `number` in the shape and type given.
  [[nodiscard]] ir::ValueId constant(Type type, double number) const;
};

/// The value that stands for the node's result, if a rule applies.
[[nodiscard]] std::optional<ir::ValueId> simplified_arithmetic(const Term& term);
[[nodiscard]] std::optional<ir::ValueId> simplified_view(const Term& term);

}  // namespace downhill::exec::passes
