#include "exec/schedule/builder.hpp"

#include <algorithm>
#include <limits>

namespace downhill::exec::scheduling {
namespace {

using Integers = std::vector<std::int64_t>;

// A value read more than once is stored if computing an element costs more than this many additions.
constexpr std::int64_t cheap = 8;
// A chain of inlined values ends here, whatever it is.
constexpr std::int64_t longest_chain = 400;
constexpr int deepest_chain = 100;

}  // namespace

Builder::Builder(Shared& shared, const ir::Graph& graph, std::vector<View> inputs, std::vector<View> destinations,
                 std::size_t depth)
    : shared_(shared),
      graph_(graph),
      inputs_(std::move(inputs)),
      destinations_(std::move(destinations)),
      depth_(depth),
      values_(graph.values().size()),
      groups_(shared.options.fusion == ScheduleOptions::Fusion::none ? Groups::Joining::never
                                                                     : Groups::Joining::allowed) {}

// The same elements in the same row-major order: reshape, and reductions over axes of length 1.
bool Builder::keeps_order(const ir::Graph& graph, const Node& node) {
  if (node.primitive->lowering == ir::Lowering::reduction) {
    return graph.type(node.first_result).shape.size() == graph.type(graph.operands(node)[0]).shape.size();
  }
  return node.primitive->lowering == ir::Lowering::reshape;
}

void Builder::find_uses() {
  for (std::size_t k = 0; k < graph_.inputs().size(); ++k) {
    values_[graph_.inputs()[k]].kind = Value::Kind::stored;
    values_[graph_.inputs()[k]].view = inputs_[k];
  }
  for (const ValueId output : graph_.outputs()) {
    values_[output].is_live = true;
    ++values_[output].uses;
  }
  const auto nodes = graph_.nodes();
  for (std::size_t n = nodes.size(); n-- > 0;) {
    const Node& node = nodes[n];
    bool is_live = false;
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      is_live = is_live || values_[node.first_result + k].is_live;
    }
    if (!is_live) {
      continue;
    }
    const auto operands = graph_.operands(node);
    for (std::size_t k = 0; k < operands.size(); ++k) {
      Value& operand = values_[operands[k]];
      operand.is_live = true;
      const bool is_repeated = std::ranges::find(operands.first(k), operands[k]) != operands.first(k).end();
      operand.uses += is_repeated && node.primitive->lowering == ir::Lowering::pointwise ? 0 : 1;
      if (node.primitive->lowering == ir::Lowering::view &&
          type(node.first_result).shape.size() > type(operands[k]).shape.size() && whole_piece(node) != nullptr) {
        operand.is_expanded = true;
      }
    }
  }
  // An output that is a reshape or transpose of a value lends that value its storage.
  for (std::size_t k = 0; k < graph_.outputs().size(); ++k) {
    ValueId value = graph_.outputs()[k];
    std::optional<View> view = destinations_[k];
    while (view && graph_.values()[value].node != ir::no_node) {
      const Node& node = graph_.nodes()[graph_.values()[value].node];
      std::optional<View> seen = lent_to_operand(node, *view);
      if (!seen) {
        break;
      }
      view = std::move(seen);
      value = graph_.operands(node)[0];
    }
    lenders_.emplace_back();
    const ir::NodeId maker = graph_.values()[value].node;
    if (view && maker != ir::no_node && graph_.nodes()[maker].primitive->lowering != ir::Lowering::constant &&
        !values_[value].destination) {
      lenders_.back() = Lender{value, *view};
      values_[value].destination = std::move(view);
    }
  }
}

// Where a node's operand would have to be so that the node's result is at `view`; empty unless it has the same elements.
std::optional<View> Builder::lent_to_operand(const Node& node, const View& view) {
  if (node.operand_count != 1 || graph_.values()[graph_.operands(node)[0]].node == ir::no_node) {
    return std::nullopt;
  }
  const Shape& from = type(graph_.operands(node)[0]).shape;
  const Shape& to = type(node.first_result).shape;
  if (keeps_order(graph_, node)) {
    return reshaped(view, shared_.places[view.place].type.shape, to, from);
  }
  if (node.primitive->lowering != ir::Lowering::view || whole_piece(node) == nullptr || from.size() != to.size() ||
      from.rank() != to.rank()) {
    return std::nullopt;
  }
  Index index(to.rank());
  for (std::size_t k = 0; k < from.rank(); ++k) {
    const auto& axis = whole_piece(node)->axes[k];
    if (axis.axis < 0 || axis.offset != 0 || axis.stride != 1) {
      return std::nullopt;
    }
    index[static_cast<std::size_t>(axis.axis)] = axis_index(k, from.rank());
  }
  return substitute(view, index);
}

DraftSteps Builder::build() {
  find_uses();
  measure();
  for (const Node& node : graph_.nodes()) {
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      if (values_[node.first_result + k].is_live) {
        add(node);
        break;
      }
    }
  }
  finish_outputs();
  return groups_.take();
}

void Builder::add(const Node& node) {
  using ir::Lowering;
  if (node.primitive->lowering != Lowering::constant && can_unroll(node)) {
    unroll(node);
    return;
  }
  switch (node.primitive->lowering) {
    case Lowering::pointwise:
    case Lowering::view:
    case Lowering::reshape: add_elementwise(node); break;
    case Lowering::reduction: keeps_order(graph_, node) ? add_elementwise(node) : add_reduction(node); break;
    case Lowering::product: add_product(node); break;
    case Lowering::loop: add_scan(node); break;
    case Lowering::branch: add_branch(node); break;
    case Lowering::call: add_call(node); break;
    case Lowering::constant: add_constant(node); break;
  }
}

std::shared_ptr<const ScalarCode> Builder::formula(const Node& node) {
  return shared_.formulas.of(*node.primitive, node.attributes, graph_.operand_types(node));
}

void Builder::add_constant(const Node& node) {
  Value& value = values_[node.first_result];
  const auto& literal = node.attributes->get<ir::Literal>("value");
  value.kind = Value::Kind::inlined;
  if (literal.type.shape.size() > unrolled_elements_ && !is_uniform(literal)) {
    set_stored(node.first_result, whole(shared_.add_place(literal.type, Place::Kind::constant), literal.type.shape));
    shared_.places.back().literal = literal;
  }
}

bool Builder::should_store(ValueId id) const {
  const Value& value = values_[id];
  if (value.destination || value.cost > longest_chain || value.depth > deepest_chain ||
      shared_.options.fusion == ScheduleOptions::Fusion::none) {
    return true;
  }
  return (value.uses > 1 && value.cost > cheap) || (value.is_expanded && value.cost > 0);
}

void Builder::add_elementwise(const Node& node) {
  const ValueId id = node.first_result;
  Value& value = values_[id];
  value.kind = Value::Kind::inlined;
  const auto operands = graph_.operands(node);
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const Value& operand = values_[operands[k]];
    value.ready = std::max(value.ready, operand.kind == Value::Kind::unrolled ? operand.group + 1 : operand.ready);
    if (std::ranges::find(operands.first(k), operands[k]) == operands.first(k).end()) {
      value.cost += operand.kind == Value::Kind::inlined ? operand.cost : 0;
      value.depth = std::max(value.depth, operand.kind == Value::Kind::inlined ? operand.depth + 1 : 1);
    }
  }
  if (type(id).shape.size() == 0) {
    set_stored(id, place_for(id));
    return;
  }
  if (node.primitive->lowering == ir::Lowering::pointwise) {
    value.cost += Formulas::cost(*formula(node));
  } else if (node.primitive->lowering == ir::Lowering::view) {
    const auto& all = pieces(node);
    const bool has_steps = std::ranges::any_of(all, [](const ir::ViewPiece& piece) {
      return std::ranges::any_of(piece.where, [](const auto& range) { return range.step != 1; });
    });
    if (has_steps) {
      store_pieces(id);
      return;
    }
    value.cost += whole_piece(node) != nullptr ? 0 : static_cast<std::int64_t>(all.size());
  } else if (!operand_index(node) && values_[operands[0]].kind == Value::Kind::inlined) {
    static_cast<void>(stored(operands[0]));
  }
  // A view of something stored needs no code at all.
  const bool is_view = node.primitive->lowering != ir::Lowering::pointwise &&
                       (node.primitive->lowering != ir::Lowering::view || whole_piece(node) != nullptr);
  if (is_view && !value.destination && values_[operands[0]].kind == Value::Kind::stored) {
    set_stored(id, viewed(id));
    return;
  }
  if (should_store(id)) {
    store_nest(id);
  }
}

void Builder::add_reduction(const Node& node) {
  const ValueId id = node.first_result;
  const ValueId operand = graph_.operands(node)[0];
  const Type& from = type(operand);
  if (reduce_lanes(node)) {
    return;
  }
  View view = place_for(id);
  if (type(id).shape.size() > 0 && from.shape.size() == 0) {
    double number = node.primitive->combine == Combine::product ? 1 : 0;
    if (node.primitive->combine == Combine::maximum || node.primitive->combine == Combine::minimum) {
      const bool is_low = node.primitive->combine == Combine::maximum;
      const double limit = from.dtype == DType::i32 ? (is_low ? -2147483648.0 : 2147483647.0)
                                                    : std::numeric_limits<double>::infinity() * (is_low ? -1 : 1);
      number = limit;
    }
    fill(view, type(id), number);
  } else if (type(id).shape.size() > 0) {
    DraftNest nest;
    nest.extents = from.shape.lengths();
    nest.reduced.assign(from.shape.rank(), false);
    for (const std::int64_t axis : node.attributes->get<Integers>("axes")) {
      nest.reduced[static_cast<std::size_t>(axis)] = true;
    }
    Index kept;
    for (std::size_t k = 0; k < from.shape.rank(); ++k) {
      if (!nest.reduced[k]) {
        kept.push_back(axis_index(k, from.shape.rank()));
      }
    }
    Target target{&nest.body, nest.extents};
    const ElementId element = resolve(target, operand, identity_index(from.shape.rank()), {});
    nest.reductions.push_back({element, node.primitive->combine, substitute(view, kept)});
    add_nest(std::move(nest));
  }
  set_stored(id, std::move(view));
}

void Builder::add_product(const Node& node) {
  const ValueId id = node.first_result;
  const auto operands = graph_.operands(node);
  const Shape& a = type(operands[0]).shape;
  const Shape& c = type(id).shape;
  View view = place_for(id);
  if (c.size() > 0 && a[a.rank() - 1] == 0) {
    fill(view, type(id), 0);
  } else if (c.size() > 0) {
    DraftProduct product;
    product.dtype = type(id).dtype;
    product.batch.assign(c.begin(), c.end() - 2);
    product.m = c[c.rank() - 2];
    product.n = c[c.rank() - 1];
    product.k = a[a.rank() - 1];
    product.a = viewed(operands[0]);
    product.b = viewed(operands[1]);
    product.c = view;
    groups_.add_step({std::move(product)});
  }
  set_stored(id, std::move(view));
}

void Builder::add_call(const Node& node) {
  DraftCall call{node.primitive, node.attributes, graph_.operand_types(node), graph_.result_types(node), {}, {}};
  for (const ValueId operand : graph_.operands(node)) {
    call.operands.push_back(contiguous(operand));
  }
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    const ValueId id = node.first_result + k;
    View view = place_for(id);
    auto offset = contiguous_offset(view, shared_.places[view.place].type.shape, type(id).shape);
    if (!offset) {
      values_[id].destination.reset();
      view = place_for(id);
      offset = Affine{};
    }
    call.results.push_back({view.place, *offset});
    values_[id].view = std::move(view);
  }
  groups_.add_step({std::move(call)});
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    set_stored(node.first_result + k, values_[node.first_result + k].view);
  }
}

void Builder::finish_outputs() {
  for (std::size_t k = 0; k < graph_.outputs().size(); ++k) {
    const ValueId id = graph_.outputs()[k];
    if (type(id).shape.size() == 0) {
      continue;
    }
    if (lenders_[k]) {
      const View& lent = stored(lenders_[k]->value);
      if (lent == lenders_[k]->view) {
        continue;
      }
    }
    copy(viewed(id), destinations_[k], type(id));
  }
}

}  // namespace downhill::exec::scheduling
