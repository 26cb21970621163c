#include "exec/passes/simplify.hpp"
#include "ops/primitives.hpp"

#include <algorithm>

namespace downhill::exec::passes {
namespace {

using ir::ValueId;
using Integers = std::vector<std::int64_t>;
using Result = std::optional<ValueId>;

Result reshape(const Term& t) {
  const ir::Node* inner = t.made_by(t.operands[0], primitives::reshape);
  const ValueId x = inner != nullptr ? t.operand_of(*inner) : t.operands[0];
  if (t.type(x) == t.result_type()) {
    return x;
  }
  return inner != nullptr ? Result(t.add(primitives::reshape, {x}, {{"shape", t.result_type().shape.lengths()}}))
                          : std::nullopt;
}

Result transpose(const Term& t) {
  Integers axes = t.node.attributes->get<Integers>("axes");
  const ir::Node* inner = t.made_by(t.operands[0], primitives::transpose);
  ValueId x = t.operands[0];
  if (inner != nullptr) {
    x = t.operand_of(*inner);
    for (std::int64_t& axis : axes) {
      axis = inner->attributes->get<Integers>("axes")[static_cast<std::size_t>(axis)];
    }
  }
  if (std::ranges::is_sorted(axes)) {
    return x;
  }
  return inner != nullptr ? Result(t.add(primitives::transpose, {x}, {{"axes", axes}})) : std::nullopt;
}

Result broadcast(const Term& t) {
  const ir::Node* inner = t.made_by(t.operands[0], primitives::broadcast_to);
  const ValueId x = inner != nullptr ? t.operand_of(*inner) : t.operands[0];
  if (t.type(x) == t.result_type()) {
    return x;
  }
  return inner != nullptr ? Result(t.add(primitives::broadcast_to, {x}, {{"shape", t.result_type().shape.lengths()}}))
                          : std::nullopt;
}

Result slice(const Term& t) {
  Integers begin = t.node.attributes->get<Integers>("begin");
  Integers step = t.node.attributes->get<Integers>("step");
  const Integers& counts = t.node.attributes->get<Integers>("counts");
  ValueId x = t.operands[0];
  if (t.type(x) == t.result_type() && std::ranges::all_of(begin, [](auto b) { return b == 0; }) &&
      std::ranges::all_of(step, [](auto s) { return s == 1; })) {
    return x;
  }
  if (t.result_type().shape.size() == 0) {
    return std::nullopt;
  }
  if (const ir::Node* inner = t.made_by(x, primitives::slice)) {
    for (std::size_t k = 0; k < begin.size(); ++k) {
      begin[k] = inner->attributes->get<Integers>("begin")[k] + begin[k] * inner->attributes->get<Integers>("step")[k];
      step[k] *= inner->attributes->get<Integers>("step")[k];
    }
    return t.add(primitives::slice, {t.operand_of(*inner)}, {{"begin", begin}, {"step", step}, {"counts", counts}});
  }
  if (const ir::Node* inner = t.made_by(x, primitives::concatenate)) {
    const auto axis = static_cast<std::size_t>(inner->attributes->get<std::int64_t>("axis"));
    const std::int64_t last = begin[axis] + step[axis] * (counts[axis] - 1);
    std::int64_t first = 0;  // where this part begins
    for (const ValueId part : t.rewrite.to.operands(*inner)) {
      const std::int64_t end = first + t.type(part).shape[axis];
      if (std::min(begin[axis], last) >= first && std::max(begin[axis], last) < end) {
        begin[axis] -= first;
        return t.add(primitives::slice, {part}, {{"begin", begin}, {"step", step}, {"counts", counts}});
      }
      first = end;
    }
  }
  return std::nullopt;
}

// sum of elements that are equal because broadcast_to made them
Result sum_of_equal(const Term& t, const Integers& axes) {
  const ir::Node* inner = t.made_by(t.operands[0], primitives::broadcast_to);
  if (inner == nullptr || t.node.primitive != &primitives::sum) {
    return std::nullopt;
  }
  const ValueId x = t.operand_of(*inner);
  const Shape& from = t.type(x).shape;
  const Shape& to = t.type(t.operands[0]).shape;
  const std::size_t leading = to.rank() - from.rank();
  std::int64_t count = 1;
  Integers kept;
  for (std::size_t k = 0; k < to.rank(); ++k) {
    const bool is_reduced = std::ranges::find(axes, static_cast<std::int64_t>(k)) != axes.end();
    if (is_reduced && k >= leading && from[k - leading] != 1) {
      return std::nullopt;
    }
    count *= is_reduced ? to[k] : 1;
    if (!is_reduced && k >= leading) {
      kept.push_back(from[k - leading]);
    }
  }
  if (count == 0 || (t.result_type().dtype == DType::f32 && count > (1 << 24))) {
    return std::nullopt;
  }
  const ValueId shaped = t.add(primitives::reshape, {x}, {{"shape", kept}});
  const ValueId scaled = t.add(primitives::mul, {shaped, t.constant(t.type(shaped), static_cast<double>(count))});
  return t.add(primitives::broadcast_to, {scaled}, {{"shape", t.result_type().shape.lengths()}});
}

Result reduction(const Term& t) {
  if (t.type(t.operands[0]).shape.size() == t.result_type().shape.size() && t.result_type().shape.size() > 0) {
    return t.add(primitives::reshape, {t.operands[0]}, {{"shape", t.result_type().shape.lengths()}});
  }
  return sum_of_equal(t, t.node.attributes->get<Integers>("axes"));
}

}  // namespace

std::optional<ValueId> simplified_view(const Term& term) {
  const ir::Primitive* primitive = term.node.primitive;
  if (primitive == &primitives::reshape) {
    return reshape(term);
  }
  if (primitive == &primitives::transpose) {
    return transpose(term);
  }
  if (primitive == &primitives::broadcast_to) {
    return broadcast(term);
  }
  if (primitive == &primitives::slice) {
    return slice(term);
  }
  if (primitive == &primitives::concatenate && term.operands.size() == 1) {
    return term.operands[0];
  }
  return primitive->lowering == ir::Lowering::reduction ? reduction(term) : std::nullopt;
}

}  // namespace downhill::exec::passes
