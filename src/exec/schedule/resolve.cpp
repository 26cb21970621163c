#include "exec/schedule/builder.hpp"

#include <algorithm>
#include <stdexcept>

namespace downhill::exec::scheduling {
namespace {

bool is_constant(const Affine& f) { return is_zero(f.axis) && is_zero(f.loop); }

struct Interval {
  std::int64_t low = 0;
  std::int64_t high = 0;
};

// The values of `f` over a box; empty if it depends on a loop.
std::optional<Interval> range(const Affine& f, std::span<const std::int64_t> extents) {
  if (!is_zero(f.loop)) {
    return std::nullopt;
  }
  Interval result{f.offset, f.offset};
  for (std::size_t k = 0; k < f.axis.size(); ++k) {
    const std::int64_t reach = f.axis[k] == 0 ? 0 : f.axis[k] * (extents[k] - 1);
    result.low += std::min<std::int64_t>(reach, 0);
    result.high += std::max<std::int64_t>(reach, 0);
  }
  return result;
}

// Row-major index of constant indices.
std::size_t element_number(std::span<const Affine> index, const Shape& shape) {
  std::int64_t number = 0;
  for (std::size_t k = 0; k < index.size(); ++k) {
    number = number * shape[k] + index[k].offset;
  }
  return static_cast<std::size_t>(number);
}

}  // namespace

const std::vector<ir::ViewPiece>& Builder::pieces(const Node& node) {
  const auto [it, is_new] = pieces_.try_emplace(&node);
  if (is_new) {
    it->second = node.primitive->view(graph_.operand_types(node), *node.attributes);
  }
  return it->second;
}

const ir::ViewPiece* Builder::whole_piece(const Node& node) {
  const auto& all = pieces(node);
  if (all.size() != 1) {
    return nullptr;
  }
  const Shape& shape = type(node.first_result).shape;
  for (std::size_t k = 0; k < shape.rank(); ++k) {
    const auto& where = all[0].where[k];
    if (where.begin != 0 || where.end != shape[k] || where.step != 1) {
      return nullptr;
    }
  }
  return all.data();
}

std::optional<Builder::Index> Builder::operand_index(const Node& node) const {
  return reshape_index(type(graph_.operands(node)[0]).shape, type(node.first_result).shape);
}

ElementId Builder::zero(Target& target, DType dtype) {
  return body(target).formula(dtype, shared_.formulas.constant(ir::scalar_literal(dtype, 0), 0), {});
}

ElementId Builder::resolve(Target& target, ValueId id, const Index& index, const std::vector<Guard>& guards) {
  const Value& value = values_[id];
  switch (value.kind) {
    case Value::Kind::unrolled:
      if (const auto element = unrolled_element(target, id, index)) {
        return *element;
      }
      [[fallthrough]];
    case Value::Kind::stored: {
      Access access = substitute(stored(id), index);
      if (target.group && groups_.ready(access.place) > *target.group) {
        throw std::logic_error("schedule: a value is read before the step that makes it");
      }
      return body(target).load(type(id).dtype, std::move(access), guards);
    }
    default: return resolve_node(target, graph_.nodes()[graph_.values()[id].node], id, index, guards);
  }
}

ElementId Builder::resolve_node(Target& target, const Node& node, ValueId id, const Index& index,
                                const std::vector<Guard>& guards) {
  const auto operands = graph_.operands(node);
  switch (node.primitive->lowering) {
    case ir::Lowering::constant: {
      const auto& literal = node.attributes->get<ir::Literal>("value");
      if (std::ranges::all_of(index, is_constant)) {
        const auto number = static_cast<std::int64_t>(element_number(index, type(id).shape));
        return body(target).formula(type(id).dtype, shared_.formulas.constant(literal, number), {});
      }
      if (is_uniform(literal)) {
        return body(target).formula(type(id).dtype, shared_.formulas.constant(literal, 0), {});
      }
      return body(target).load(type(id).dtype, substitute(stored(id), index), guards);
    }
    case ir::Lowering::pointwise: {
      // Asked for again at the same place: a value that several others of this body share.
      const bool is_remembered = values_[id].uses > 1 && guards.empty();
      if (is_remembered) {
        const auto [begin, end] = target.known.equal_range(id);
        for (auto it = begin; it != end; ++it) {
          if (std::ranges::equal(it->second.first, index, same)) {
            return it->second.second;
          }
        }
      }
      std::vector<ElementId> elements;
      elements.reserve(operands.size());
      for (std::size_t k = 0; k < operands.size(); ++k) {
        const auto before = std::ranges::find(operands.first(k), operands[k]) - operands.begin();
        elements.push_back(static_cast<std::size_t>(before) < k ? elements[static_cast<std::size_t>(before)]
                                                                : resolve(target, operands[k], index, guards));
      }
      const ElementId element = body(target).formula(type(id).dtype, formula(node), std::move(elements));
      if (is_remembered) {
        target.known.emplace(id, std::pair{index, element});
      }
      return element;
    }
    case ir::Lowering::view: return resolve_view(target, node, index, guards);
    default: {
      if (const auto source = operand_index(node)) {
        Index inner;
        for (const Affine& f : *source) {
          inner.push_back(substitute(f, index));
        }
        return resolve(target, operands[0], inner, guards);
      }
      if (std::ranges::all_of(index, is_constant)) {  // straight-line code: any element by its number
        auto number = static_cast<std::int64_t>(element_number(index, type(id).shape));
        const Shape& from = type(operands[0]).shape;
        Index inner(from.rank());
        for (std::size_t k = from.rank(); k-- > 0;) {
          inner[k].offset = number % from[k];
          number /= from[k];
        }
        return resolve(target, operands[0], inner, guards);
      }
      const View view = stored(operands[0]);
      const Shape& place = shared_.places[view.place].type.shape;
      const auto seen = reshaped(view, place, type(operands[0]).shape, type(id).shape);
      if (seen) {
        return body(target).load(type(id).dtype, substitute(*seen, index), guards);
      }
      // Stored with gaps: a dense copy has every shape.
      const PlaceId dense = shared_.add_place(type(operands[0]));
      copy(view, whole(dense, type(operands[0]).shape), type(operands[0]));
      const View copied = whole(dense, type(operands[0]).shape);
      return body(target).load(
          type(id).dtype,
          substitute(*reshaped(copied, type(operands[0]).shape, type(operands[0]).shape, type(id).shape), index),
          guards);
    }
  }
}

ElementId Builder::resolve_view(Target& target, const Node& node, const Index& index,
                                const std::vector<Guard>& guards) {
  const DType dtype = type(node.first_result).dtype;
  const Shape& shape = type(node.first_result).shape;
  struct Part {
    ElementId element;
    std::vector<Guard> guards;  // beyond those around
  };
  std::vector<Part> parts;
  for (const ir::ViewPiece& piece : pieces(node)) {
    std::vector<Guard> own;
    Index inner_index(shape.rank());
    bool is_outside = false;
    for (std::size_t k = 0; k < shape.rank() && !is_outside; ++k) {
      const auto& where = piece.where[k];
      const auto reach = range(index[k], target.extents);
      is_outside = where.begin >= where.end || (reach && (reach->high < where.begin || reach->low >= where.end)) ||
                   (where.step != 1 && (index[k].offset - where.begin) % where.step != 0);
      if ((where.begin > 0 || where.end < shape[k]) &&
          (!reach || reach->low < where.begin || reach->high >= where.end)) {
        own.push_back({index[k], where.begin, where.end});
      }
      inner_index[k] = index[k];
      inner_index[k].offset -= where.begin;
      if (where.step != 1) {  // straight-line code only
        inner_index[k].offset /= where.step;
      }
    }
    if (is_outside) {
      continue;
    }
    Index operand_index;
    for (const auto& axis : piece.axes) {
      operand_index.push_back(axis.axis < 0 ? Affine{}
                                            : scaled(inner_index[static_cast<std::size_t>(axis.axis)], axis.stride));
      operand_index.back().offset += axis.offset;
    }
    std::vector<Guard> all = guards;
    all.insert(all.end(), own.begin(), own.end());
    const ElementId element = resolve(target, graph_.operands(node)[piece.operand], operand_index, all);
    parts.push_back({element, std::move(own)});
    if (parts.back().guards.empty()) {
      break;  // covers everything that is asked for
    }
  }
  if (parts.empty()) {
    return zero(target, dtype);
  }
  Part& last = parts.back();
  ElementId result = last.element;
  // A guarded load is zero outside already.
  const bool is_load = body(target).elements()[result].kind == DraftElement::Kind::load && guards.empty() &&
                       body(target).elements()[result].guards.size() == last.guards.size();
  if (!last.guards.empty() && !is_load) {
    result = body(target).select(dtype, {result}, last.guards);
  }
  for (std::size_t k = parts.size() - 1; k-- > 0;) {
    result = body(target).select(dtype, {parts[k].element, result}, parts[k].guards);
  }
  return result;
}

}  // namespace downhill::exec::scheduling
