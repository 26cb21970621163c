#include "ops/control.hpp"
#include "exec/schedule/builder.hpp"

// Nodes that hold graphs of their own: each becomes a step with the steps of those graphs inside.
namespace downhill::exec::scheduling {

void Builder::add_scan(const Node& node) {
  const ops::ScanLayout layout = ops::scan_layout(*node.attributes);
  const ir::Graph& body = *layout.body;
  const auto operands = graph_.operands(node);
  std::vector<View> inputs;
  std::vector<View> destinations;
  std::vector<View> carries;
  Affine step;  // the index of this turn's slice
  step.loop.assign(depth_ + 1, 0);
  step.loop[depth_] = layout.is_backward ? -1 : 1;
  step.offset = layout.is_backward ? layout.length - 1 : 0;
  const auto slice = [&](const View& stacked, std::size_t rank) {
    Index index{step};
    for (std::size_t k = 0; k < rank; ++k) {
      index.push_back(axis_index(k, rank));
    }
    return substitute(stacked, index);
  };
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const std::size_t rank = type(operands[k]).shape.rank();
    if (k < layout.constants) {
      inputs.push_back(viewed(operands[k]));
    } else if (k < layout.constants + layout.carry) {
      const Type& carried = type(operands[k]);
      carries.push_back(whole(shared_.add_place(carried), carried.shape));
      copy(viewed(operands[k]), carries.back(), carried);
      inputs.push_back(carries.back());
    } else {
      inputs.push_back(slice(viewed(operands[k]), rank - 1));
    }
  }
  std::vector<View> results;
  for (std::size_t k = 0; k < body.outputs().size(); ++k) {
    const ValueId id = node.first_result + static_cast<ValueId>(k);
    if (k < layout.carry) {
      results.push_back(carries[k]);
      destinations.push_back(whole(shared_.add_place(type(id)), type(id).shape));
    } else {
      results.push_back(place_for(id));
      destinations.push_back(slice(results.back(), type(id).shape.rank() - 1));
    }
  }
  DraftLoop loop;
  loop.length = layout.length;
  Builder inner(shared_, body, inputs, destinations, depth_ + 1);
  loop.body = inner.build();
  Groups back(Groups::Joining::never);
  for (std::size_t k = 0; k < layout.carry; ++k) {
    if (const Type& carried = type(node.first_result + static_cast<ValueId>(k)); carried.shape.size() > 0) {
      DraftNest nest;
      nest.extents = carried.shape.lengths();
      const Index identity = identity_index(carried.shape.rank());
      const ElementId element = nest.body.load(carried.dtype, substitute(destinations[k], identity), {});
      nest.stores.push_back({element, substitute(carries[k], identity)});
      back.add_nest(std::move(nest));
    }
  }
  for (DraftStep& copied : back.take()) {
    loop.body.push_back(std::move(copied));
  }
  if (layout.length > 0) {
    groups_.add_step({std::move(loop)});
  }
  for (std::size_t k = 0; k < results.size(); ++k) {
    const ValueId id = node.first_result + static_cast<ValueId>(k);
    if (k < layout.carry && values_[id].destination) {
      copy(results[k], *values_[id].destination, type(id));
      results[k] = *values_[id].destination;
    }
    set_stored(id, results[k]);
  }
}

void Builder::add_branch(const Node& node) {
  const auto operands = graph_.operands(node);
  DraftBranch branch;
  const DraftCall::Argument predicate = contiguous(operands[0]);
  branch.predicate = predicate.place;
  branch.offset = predicate.offset;
  std::vector<View> inputs;
  for (const ValueId operand : operands.subspan(1)) {
    inputs.push_back(viewed(operand));
  }
  std::vector<View> results;
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    results.push_back(place_for(node.first_result + k));
  }
  branch.then_body = Builder(shared_, *node.attributes->get<ir::SubGraph>("then"), inputs, results, depth_).build();
  branch.else_body = Builder(shared_, *node.attributes->get<ir::SubGraph>("else"), inputs, results, depth_).build();
  groups_.add_step({std::move(branch)});
  for (std::uint32_t k = 0; k < node.result_count; ++k) {
    set_stored(node.first_result + k, results[k]);
  }
}

}  // namespace downhill::exec::scheduling
