#include "exec/schedule/builder.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {

View Builder::place_for(ValueId id) {
  const Value& value = values_[id];
  return value.destination ? *value.destination : whole(shared_.add_place(type(id)), type(id).shape);
}

void Builder::set_stored(ValueId id, View view) {
  Value& value = values_[id];
  value.kind = Value::Kind::stored;
  value.ready = groups_.ready(view.place);
  value.view = std::move(view);
  value.cost = 0;
  value.depth = 0;
}

void Builder::add_nest(DraftNest nest) {
  if (std::ranges::find(nest.extents, 0) == nest.extents.end()) {
    groups_.add_nest(std::move(nest));
  }
}

void Builder::store_nest(ValueId id) {
  const Node& node = graph_.nodes()[graph_.values()[id].node];
  if (node.primitive->lowering == ir::Lowering::view && pieces(node).size() > 1) {
    store_pieces(id);
    return;
  }
  DraftNest nest;
  nest.extents = type(id).shape.lengths();
  const Index identity = identity_index(nest.extents.size());
  Target target{&nest.body, nest.extents};
  const ElementId element = resolve_node(target, node, id, identity, {});
  View view = place_for(id);
  nest.stores.push_back({element, substitute(view, identity)});
  add_nest(std::move(nest));
  set_stored(id, std::move(view));
}

// A nest for each piece of a view, over the piece alone; zeros first if they leave anything out.
void Builder::store_pieces(ValueId id) {
  const Node& node = graph_.nodes()[graph_.values()[id].node];
  const std::size_t rank = type(id).shape.rank();
  const View view = place_for(id);
  std::vector<DraftNest> nests;
  std::int64_t covered = 0;
  for (const ir::ViewPiece& piece : pieces(node)) {
    DraftNest nest;
    Index to;
    std::int64_t size = 1;
    for (std::size_t k = 0; k < rank; ++k) {
      const auto& range = piece.where[k];
      nest.extents.push_back(range.end > range.begin ? (range.end - range.begin + range.step - 1) / range.step : 0);
      to.push_back(scaled(axis_index(k, rank), range.step));
      to.back().offset = range.begin;
      size *= nest.extents.back();
    }
    if (size == 0) {
      continue;
    }
    covered += size;
    Index from;
    for (const auto& axis : piece.axes) {
      from.push_back(axis.axis < 0 ? Affine{}
                                   : scaled(axis_index(static_cast<std::size_t>(axis.axis), rank), axis.stride));
      from.back().offset = axis.offset;
    }
    Target target{&nest.body, nest.extents};
    const ElementId element = resolve(target, graph_.operands(node)[piece.operand], from, {});
    nest.stores.push_back({element, substitute(view, to)});
    nests.push_back(std::move(nest));
  }
  const bool has_gaps = covered < type(id).shape.size();
  if (has_gaps) {
    fill(view, type(id), 0);
  }
  for (DraftNest& nest : nests) {
    if (has_gaps) {
      groups_.add_step({std::move(nest)});
    } else {
      add_nest(std::move(nest));
    }
  }
  set_stored(id, view);
}

const View& Builder::stored(ValueId id) {
  Value& value = values_[id];
  if (value.kind == Value::Kind::inlined) {
    const Node& node = graph_.nodes()[graph_.values()[id].node];
    if (node.primitive->lowering == ir::Lowering::constant) {
      const auto& literal = node.attributes->get<ir::Literal>("value");
      const PlaceId place = shared_.add_place(literal.type, Place::Kind::constant);
      shared_.places[place].literal = literal;
      set_stored(id, whole(place, literal.type.shape));
    } else {
      store_nest(id);
    }
  } else if (value.kind == Value::Kind::unrolled && !value.has_place) {
    value.view = place_for(id);
    value.has_place = true;
    for (std::size_t e = 0; e < value.elements.size(); ++e) {
      const Index index = short_index(static_cast<std::int64_t>(e), type(id).shape, {value.lanes, value.lane_axis});
      groups_.add_store(value.group, {value.elements[e], substitute(value.view, index)});
    }
  }
  return value.view;
}

View Builder::viewed(ValueId id) {
  const Value& value = values_[id];
  if (value.kind != Value::Kind::inlined || value.destination) {
    return stored(id);
  }
  const Node& node = graph_.nodes()[graph_.values()[id].node];
  if (node.primitive->lowering == ir::Lowering::view) {
    if (const ir::ViewPiece* piece = whole_piece(node)) {
      const std::size_t rank = type(id).shape.rank();
      Index index;
      for (const auto& axis : piece->axes) {
        index.push_back(axis.axis < 0 ? Affine{}
                                      : scaled(axis_index(static_cast<std::size_t>(axis.axis), rank), axis.stride));
        index.back().offset = axis.offset;
      }
      return substitute(viewed(graph_.operands(node)[piece->operand]), index);
    }
  } else if (keeps_order(graph_, node)) {
    const ValueId source = graph_.operands(node)[0];
    const View view = viewed(source);
    if (auto seen = reshaped(view, shared_.places[view.place].type.shape, type(source).shape, type(id).shape)) {
      return *std::move(seen);
    }
  }
  return stored(id);
}

DraftCall::Argument Builder::contiguous(ValueId id) {
  const View view = viewed(id);
  if (const auto offset = contiguous_offset(view, shared_.places[view.place].type.shape, type(id).shape)) {
    return {view.place, *offset};
  }
  const PlaceId place = shared_.add_place(type(id));
  copy(view, whole(place, type(id).shape), type(id));
  return {place, {}};
}

void Builder::copy(const View& from, const View& to, const Type& type) {
  DraftNest nest;
  nest.extents = type.shape.lengths();
  const Index identity = identity_index(nest.extents.size());
  const ElementId element = nest.body.load(type.dtype, substitute(from, identity), {});
  nest.stores.push_back({element, substitute(to, identity)});
  add_nest(std::move(nest));
}

void Builder::fill(const View& to, const Type& type, double number) {
  DraftNest nest;
  nest.extents = type.shape.lengths();
  const auto code = shared_.formulas.constant(ir::scalar_literal(type.dtype, number), 0);
  const ElementId element = nest.body.formula(type.dtype, code, {});
  nest.stores.push_back({element, substitute(to, identity_index(nest.extents.size()))});
  groups_.add_step({std::move(nest)});
}

}  // namespace downhill::exec::scheduling
