#include "exec/schedule/builder.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

using Integers = std::vector<std::int64_t>;

// Programs of fewer additions than this are straight-line code throughout.
constexpr std::int64_t small_program = 1500;
constexpr std::int64_t largest_product = 256;
// Beside an axis at least so long, short ones are unrolled up to so many elements, …
constexpr std::int64_t shortest_lanes = 64;
constexpr std::int64_t most_beside_lanes = 32;
// … of so many instructions together, if at least so many nodes work across the short axes: otherwise all axes are
// better walked as one.
constexpr std::int64_t most_instructions = 1024;
constexpr int fewest_mixers = 4;

bool contains(const Integers& axes, std::size_t axis) {
  return std::ranges::find(axes, static_cast<std::int64_t>(axis)) != axes.end();
}

}  // namespace

Builder::Index Builder::short_index(std::int64_t number, const Shape& shape, const Lanes& lanes) {
  Index index(shape.rank());
  for (std::size_t k = shape.rank(); k-- > 0;) {
    if (lanes.length > 0 && k == lanes.axis) {
      index[k] = axis_index(0, 1);
    } else {
      index[k].offset = number % shape[k];
      number /= shape[k];
    }
  }
  return index;
}

std::int64_t Builder::short_size(const Shape& shape, const Lanes& lanes) {
  return lanes.length > 0 ? shape.size() / lanes.length : shape.size();
}

std::optional<ElementId> Builder::unrolled_element(const Target& target, ValueId id, const Index& index) const {
  const Value& value = values_[id];
  if (target.group != value.group) {
    return std::nullopt;
  }
  std::int64_t number = 0;
  for (std::size_t k = 0; k < index.size(); ++k) {
    if (value.lanes > 0 && k == value.lane_axis) {
      if (!same(index[k], axis_index(0, 1))) {
        return std::nullopt;
      }
    } else if (!is_zero(index[k].axis) || !is_zero(index[k].loop)) {
      return std::nullopt;
    } else {
      number = number * type(id).shape[k] + index[k].offset;
    }
  }
  return value.elements[static_cast<std::size_t>(number)];
}

// The one long axis of a value with few elements beside it.
std::optional<Builder::Lanes> Builder::lanes_of(ValueId id) const {
  const Shape& shape = type(id).shape;
  Lanes lanes;
  for (std::size_t k = 0; k < shape.rank(); ++k) {
    if (shape[k] > lanes.length) {
      lanes = {shape[k], k};
    }
  }
  const bool fits = lanes.length >= shortest_lanes && shape.size() / lanes.length <= most_beside_lanes;
  return fits ? std::optional(lanes) : std::nullopt;
}

// A node that combines or moves elements along the short axes beside a long one.
bool Builder::mixes_lanes(const Node& node) {
  const auto lanes = lanes_of(graph_.operands(node)[0]);
  if (!lanes || short_size(type(graph_.operands(node)[0]).shape, *lanes) < 2) {
    return false;
  }
  switch (node.primitive->lowering) {
    case ir::Lowering::reduction: return !contains(node.attributes->get<Integers>("axes"), lanes->axis);
    case ir::Lowering::view:
      return whole_piece(node) == nullptr ||
             type(node.first_result).shape.size() < type(graph_.operands(node)[0]).shape.size();
    default: return false;
  }
}

void Builder::measure() {
  if (shared_.options.fusion == ScheduleOptions::Fusion::none) {
    return;
  }
  std::int64_t total = 0;
  for (const Node& node : graph_.nodes()) {
    if (!values_[node.first_result].is_live || node.operand_count == 0) {
      continue;
    }
    if (shared_.options.unrolled_elements > 0 && mixes_lanes(node)) {
      ++lane_mixers_[lanes_of(graph_.operands(node)[0])->length];
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

// Index for index the same along the long axis, so that both can be elements of one body.
bool Builder::keeps_lanes(const Node& node, std::size_t operand, std::size_t operand_axis, std::size_t result_axis) {
  if (node.primitive->lowering == ir::Lowering::pointwise) {
    return operand_axis == result_axis;
  }
  if (node.primitive->lowering == ir::Lowering::view) {
    const std::int64_t length = type(node.first_result).shape[result_axis];
    return std::ranges::all_of(pieces(node), [&](const ir::ViewPiece& piece) {
      const auto& where = piece.where[result_axis];
      return piece.operand != operand ||
             (piece.axes[operand_axis].axis == static_cast<std::int64_t>(result_axis) &&
              piece.axes[operand_axis].offset == 0 && piece.axes[operand_axis].stride == 1 && where.begin == 0 &&
              where.end == length && where.step == 1);
    });
  }
  const auto index = operand_index(node);
  return index && same((*index)[operand_axis], axis_index(result_axis, type(node.first_result).shape.rank()));
}

// How the result of a node is unrolled beside a long axis; empty if it is not.
std::optional<Builder::Lanes> Builder::lanes_of_result(const Node& node) {
  const ValueId id = node.first_result;
  const auto operands = graph_.operands(node);
  const auto lanes = lanes_of(id);
  if (!lanes) {
    return std::nullopt;
  }
  const auto mixers = lane_mixers_.find(lanes->length);
  if (mixers == lane_mixers_.end() || mixers->second < fewest_mixers) {
    return std::nullopt;
  }
  const bool follows = std::ranges::any_of(operands, [&](ValueId operand) {
    return values_[operand].kind == Value::Kind::unrolled && values_[operand].lanes == lanes->length;
  });
  switch (node.primitive->lowering) {
    case ir::Lowering::pointwise: {
      const std::int64_t elements = short_size(type(id).shape, *lanes);
      const bool fits = elements * static_cast<std::int64_t>(formula(node)->instructions.size()) <= most_instructions;
      return fits ? lanes : std::nullopt;
    }
    case ir::Lowering::view: {
      const bool has_steps = std::ranges::any_of(
          pieces(node), [&](const ir::ViewPiece& piece) { return piece.where[lanes->axis].step != 1; });
      return follows && !has_steps ? lanes : std::nullopt;
    }
    case ir::Lowering::reshape: return follows && operand_index(node) ? lanes : std::nullopt;
    case ir::Lowering::reduction: {
      const auto from = lanes_of(operands[0]);
      return from && from->length == lanes->length && !contains(node.attributes->get<Integers>("axes"), from->axis)
                 ? lanes
                 : std::nullopt;
    }
    default: return std::nullopt;
  }
}

bool Builder::can_unroll(const Node& node) {
  const auto operands = graph_.operands(node);
  const auto is_small = [&](ValueId id) {
    return type(id).shape.size() >= 1 && type(id).shape.size() <= unrolled_elements_;
  };
  if (node.result_count != 1) {
    return false;
  }
  if (!is_small(node.first_result)) {
    return lanes_of_result(node).has_value();
  }
  switch (node.primitive->lowering) {
    case ir::Lowering::pointwise: return true;
    case ir::Lowering::view:
    case ir::Lowering::reshape:
      return std::ranges::any_of(
          operands, [&](ValueId id) { return values_[id].kind == Value::Kind::unrolled && values_[id].lanes == 0; });
    case ir::Lowering::reduction: return is_small(operands[0]);
    case ir::Lowering::product: {
      const Shape& a = type(operands[0]).shape;
      return is_small(operands[0]) && is_small(operands[1]) &&
             type(node.first_result).shape.size() * a[a.rank() - 1] <= largest_product;
    }
    default: return false;
  }
}

// The first group of straight-line code that can hold the node: operands are elements of it or stored before.
Builder::Group Builder::ready_for(const Node& node, const Lanes& lanes) {
  Group ready = 0;
  const auto operands = graph_.operands(node);
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Value& value = values_[operands[k]];
    if (value.kind != Value::Kind::unrolled) {
      ready = std::max(ready, value.ready);
      continue;
    }
    bool is_beside = value.lanes == lanes.length;
    if (is_beside && lanes.length > 0 && node.primitive->lowering != ir::Lowering::reduction) {
      is_beside = keeps_lanes(node, k, value.lane_axis, lanes.axis);
    }
    ready = std::max(ready, is_beside ? value.group : value.group + 1);
  }
  return ready;
}

void Builder::unroll(const Node& node) {
  const Shape& shape = type(node.first_result).shape;
  const Lanes lanes = shape.size() <= unrolled_elements_ ? Lanes{} : *lanes_of_result(node);
  const Group group = groups_.straight_group(lanes.length, ready_for(node, lanes));
  Value& result = values_[node.first_result];
  Target target{nullptr, lanes.length > 0 ? Integers{lanes.length} : Integers{}, group};
  switch (node.primitive->lowering) {
    case ir::Lowering::reduction: unroll_reduction(node, target, result, lanes); break;
    case ir::Lowering::product: unroll_product(node, target, result, lanes); break;
    default:
      for (std::int64_t e = 0; e < short_size(shape, lanes); ++e) {
        result.elements.push_back(resolve_node(target, node, node.first_result, short_index(e, shape, lanes), {}));
      }
  }
  result.kind = Value::Kind::unrolled;
  result.group = group;
  result.ready = group;
  result.lanes = lanes.length;
  result.lane_axis = lanes.axis;
}

// The documented order: strided partial results, folded by halves. What only the identity would be added to stays.
void Builder::unroll_reduction(const Node& node, Target& target, Value& result, const Lanes& lanes) {
  const ValueId operand = graph_.operands(node)[0];
  const Type& from = type(operand);
  const auto& axes = node.attributes->get<Integers>("axes");
  Integers lengths;
  for (const std::int64_t axis : axes) {
    lengths.push_back(from.shape[static_cast<std::size_t>(axis)]);
  }
  const Shape reduced(lengths);
  const std::size_t partials = from.dtype == DType::f64 ? 8 : 16;
  const auto code = shared_.formulas.combine(node.primitive->combine, from.dtype);
  for (std::int64_t e = 0; e < short_size(type(node.first_result).shape, lanes); ++e) {
    const Index kept = short_index(e, type(node.first_result).shape, lanes);
    std::vector<std::optional<ElementId>> partial(partials);
    const auto combine = [&](std::optional<ElementId>& into, std::optional<ElementId> other) {
      if (other) {
        into = into ? body(target).formula(from.dtype, code, {*into, *other}) : *other;
      }
    };
    for (std::int64_t r = 0; r < reduced.size(); ++r) {
      const Index part = short_index(r, reduced, {});
      Index index;
      auto next_kept = kept.begin();
      auto next_part = part.begin();
      for (std::size_t k = 0; k < from.shape.rank(); ++k) {
        index.push_back(contains(axes, k) ? *next_part++ : *next_kept++);
      }
      combine(partial[static_cast<std::size_t>(r) % partials], resolve(target, operand, index, {}));
    }
    for (std::size_t width = partials / 2; width > 0; width /= 2) {
      for (std::size_t k = 0; k < width; ++k) {
        combine(partial[k], partial[k + width]);
      }
    }
    result.elements.push_back(*partial[0]);
  }
}

void Builder::unroll_product(const Node& node, Target& target, Value& result, const Lanes& lanes) {
  const auto operands = graph_.operands(node);
  const Type& a = type(operands[0]);
  const Type& c = type(node.first_result);
  const std::size_t rank = c.shape.rank();
  const auto code = shared_.formulas.fma(c.dtype);
  for (std::int64_t e = 0; e < short_size(c.shape, lanes); ++e) {
    const Index index = short_index(e, c.shape, lanes);
    ElementId sum = zero(target, c.dtype);
    for (std::int64_t k = 0; k < a.shape[rank - 1]; ++k) {
      Index left = index;
      Index right = index;
      left[rank - 1] = Affine{};
      left[rank - 1].offset = k;
      right[rank - 2] = Affine{};
      right[rank - 2].offset = k;
      const ElementId x = resolve(target, operands[0], left, {});
      const ElementId y = resolve(target, operands[1], right, {});
      sum = body(target).formula(c.dtype, code, {x, y, sum});
    }
    result.elements.push_back(sum);
  }
}

// A reduction over the long axis of an unrolled value is one of its body.
bool Builder::reduce_lanes(const Node& node) {
  const Value& operand = values_[graph_.operands(node)[0]];
  const auto& axes = node.attributes->get<Integers>("axes");
  if (operand.kind != Value::Kind::unrolled || operand.lanes == 0 || axes.size() != 1 ||
      !contains(axes, operand.lane_axis) || operand.elements.size() > 8) {
    return false;
  }
  if (!groups_.can_reduce(operand.group, operand.elements.size())) {
    return false;
  }
  const View view = place_for(node.first_result);
  for (std::size_t e = 0; e < operand.elements.size(); ++e) {
    const Index index = short_index(static_cast<std::int64_t>(e), type(node.first_result).shape, {});
    groups_.add_reduction(operand.group, {operand.elements[e], node.primitive->combine, substitute(view, index)});
  }
  set_stored(node.first_result, view);
  return true;
}

}  // namespace downhill::exec::scheduling
