#include "exec/schedule/builder.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

using Integers = std::vector<std::int64_t>;

// Programs of fewer additions than this are straight-line code throughout.
constexpr std::int64_t small_program = 1500;
constexpr std::int64_t largest_product = 256;

std::vector<Affine> constant_index(std::int64_t number, const Shape& shape) {
  std::vector<Affine> index(shape.rank());
  for (std::size_t k = shape.rank(); k-- > 0;) {
    index[k].offset = number % shape[k];
    number /= shape[k];
  }
  return index;
}

}  // namespace

void Builder::measure() {
  if (shared_.options.fusion == ScheduleOptions::Fusion::none) {
    return;
  }
  std::int64_t total = 0;
  for (const Node& node : graph_.nodes()) {
    if (total > small_program) {
      break;
    }
    if (!values_[node.first_result].is_live) {
      continue;
    }
    const std::int64_t size = type(node.first_result).shape.size();
    switch (node.primitive->lowering) {
      case ir::Lowering::pointwise:
        total += size > small_program ? size : size * std::max<std::int64_t>(1, Formulas::cost(*formula(node)) / 4);
        break;
      case ir::Lowering::reduction: total += type(graph_.operands(node)[0]).shape.size(); break;
      case ir::Lowering::product: {
        const Shape& a = type(graph_.operands(node)[0]).shape;
        total += size * a[a.rank() - 1];
        break;
      }
      default: break;
    }
  }
  unrolled_elements_ =
      total <= small_program ? shared_.options.unrolled_elements_if_small : shared_.options.unrolled_elements;
}

bool Builder::can_unroll(const Node& node) {
  const auto operands = graph_.operands(node);
  const auto is_small = [&](ValueId id) {
    return type(id).shape.size() >= 1 && type(id).shape.size() <= unrolled_elements_;
  };
  if (node.result_count != 1 || !is_small(node.first_result)) {
    return false;
  }
  switch (node.primitive->lowering) {
    case ir::Lowering::pointwise: return true;
    case ir::Lowering::view:
    case ir::Lowering::reshape:
      return std::ranges::any_of(operands, [&](ValueId id) { return values_[id].kind == Value::Kind::unrolled; });
    case ir::Lowering::reduction: return is_small(operands[0]);
    case ir::Lowering::product: {
      const Shape& a = type(operands[0]).shape;
      return is_small(operands[0]) && is_small(operands[1]) &&
             type(node.first_result).shape.size() * a[a.rank() - 1] <= largest_product;
    }
    default: return false;
  }
}

void Builder::unroll(const Node& node) {
  Group ready = 0;
  for (const ValueId operand : graph_.operands(node)) {
    const Value& value = values_[operand];
    ready = std::max(ready, value.kind == Value::Kind::unrolled ? value.group : value.ready);
  }
  const Group group = groups_.scalar_group(ready);
  Value& result = values_[node.first_result];
  Target target{groups_.nest(group).body, {}, group};
  switch (node.primitive->lowering) {
    case ir::Lowering::reduction: unroll_reduction(node, target, result); break;
    case ir::Lowering::product: unroll_product(node, target, result); break;
    default:
      for (std::int64_t e = 0; e < type(node.first_result).shape.size(); ++e) {
        const Index index = constant_index(e, type(node.first_result).shape);
        result.elements.push_back(resolve_node(target, node, node.first_result, index, {}));
      }
  }
  result.kind = Value::Kind::unrolled;
  result.group = group;
  result.ready = group;
}

// The documented order: strided partial results, folded by halves. What only the identity would be added to stays.
void Builder::unroll_reduction(const Node& node, Target& target, Value& result) {
  const ValueId operand = graph_.operands(node)[0];
  const Type& from = type(operand);
  const auto& axes = node.attributes->get<Integers>("axes");
  Shape reduced;
  {
    Integers lengths;
    for (const std::int64_t axis : axes) {
      lengths.push_back(from.shape[static_cast<std::size_t>(axis)]);
    }
    reduced = Shape(lengths);
  }
  const std::size_t lanes = from.dtype == DType::f64 ? 8 : 16;
  const auto code = shared_.formulas.combine(node.primitive->combine, from.dtype);
  for (std::int64_t e = 0; e < type(node.first_result).shape.size(); ++e) {
    const Index kept = constant_index(e, type(node.first_result).shape);
    std::vector<std::optional<ElementId>> partial(lanes);
    const auto combine = [&](std::optional<ElementId>& into, std::optional<ElementId> other) {
      if (other) {
        into = into ? target.body.formula(from.dtype, code, {*into, *other}) : *other;
      }
    };
    for (std::int64_t r = 0; r < reduced.size(); ++r) {
      const Index part = constant_index(r, reduced);
      Index index;
      auto next_kept = kept.begin();
      auto next_part = part.begin();
      for (std::size_t k = 0; k < from.shape.rank(); ++k) {
        const bool is_reduced = std::ranges::find(axes, static_cast<std::int64_t>(k)) != axes.end();
        index.push_back(is_reduced ? *next_part++ : *next_kept++);
      }
      combine(partial[static_cast<std::size_t>(r) % lanes], resolve(target, operand, index, {}));
    }
    for (std::size_t width = lanes / 2; width > 0; width /= 2) {
      for (std::size_t lane = 0; lane < width; ++lane) {
        combine(partial[lane], partial[lane + width]);
      }
    }
    result.elements.push_back(*partial[0]);
  }
}

void Builder::unroll_product(const Node& node, Target& target, Value& result) {
  const auto operands = graph_.operands(node);
  const Type& a = type(operands[0]);
  const Type& c = type(node.first_result);
  const std::size_t rank = c.shape.rank();
  const auto code = shared_.formulas.fma(c.dtype);
  for (std::int64_t e = 0; e < c.shape.size(); ++e) {
    const Index index = constant_index(e, c.shape);
    ElementId sum = zero(target, c.dtype);
    for (std::int64_t k = 0; k < a.shape[rank - 1]; ++k) {
      Index left = index;
      Index right = index;
      left[rank - 1].offset = k;
      right[rank - 2].offset = k;
      const ElementId x = resolve(target, operands[0], left, {});
      const ElementId y = resolve(target, operands[1], right, {});
      sum = target.body.formula(c.dtype, code, {x, y, sum});
    }
    result.elements.push_back(sum);
  }
}

}  // namespace downhill::exec::scheduling
