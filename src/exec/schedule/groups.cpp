#include "exec/schedule/groups.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

constexpr BodyLimits limits;

// Reductions want their reduced axes innermost; a nest that also stores every point wants its axes in their own order.
bool is_in_order(const std::vector<bool>& reduced) { return std::ranges::is_sorted(reduced); }

std::int64_t size(const std::vector<std::int64_t>& extents) {
  std::int64_t product = 1;
  for (const std::int64_t extent : extents) {
    product *= extent;
  }
  return product;
}

}  // namespace

Groups::Index Groups::ready(PlaceId place) const {
  const auto found = writer_.find(place);
  return found == writer_.end() ? 0 : found->second + 1;
}

void Groups::note(Index group, const DraftNest& nest) {
  for (const DraftElement& element : nest.body.elements()) {
    if (element.kind == DraftElement::Kind::load) {
      ++groups_[group].loaded[element.access.place];
    }
  }
  const auto written = [&](PlaceId place) {
    Index& last = writer_.try_emplace(place, group).first->second;
    last = std::max(last, group);
  };
  for (const DraftStore& store : nest.stores) {
    written(store.access.place);
  }
  for (const DraftReduction& reduction : nest.reductions) {
    written(reduction.access.place);
  }
}

Groups::Index Groups::add_step(DraftStep step) {
  const Index group = groups_.size();
  for_each_access(step, [](const Access&) {}, [&](const Access& access) { writer_[access.place] = group; });
  groups_.push_back({std::move(step), false, {}, {}});
  return group;
}

// The store whose element is what `load` would read at every point.
const DraftStore* Groups::store_of(Index group, const DraftElement& load) const {
  const Group& g = groups_[group];
  if (!load.guards.empty() || ready(load.access.place) != group + 1) {
    return nullptr;  // not stored here, or stored again later
  }
  const auto [begin, end] = g.stored.equal_range(load.access.place);
  for (auto it = begin; it != end; ++it) {
    const DraftStore& store = std::get<DraftNest>(g.step.what).stores[it->second];
    if (store.access == load.access) {
      return &store;
    }
  }
  return nullptr;
}

bool Groups::can_join(const DraftNest& nest, Index group) const {
  if (!groups_[group].is_nest) {
    return false;
  }
  const auto& other = std::get<DraftNest>(groups_[group].step.what);
  if (other.extents != nest.extents ||
      (!other.reduced.empty() && !nest.reduced.empty() && other.reduced != nest.reduced)) {
    return false;
  }
  const std::vector<bool>& reduced = nest.reduced.empty() ? other.reduced : nest.reduced;
  const bool stores = !nest.stores.empty() || !other.stores.empty();
  if (stores && !is_in_order(reduced)) {
    return false;
  }
  if (other.body.elements().size() + nest.body.elements().size() > limits.elements ||
      other.body.weight() + nest.body.weight() > limits.instructions ||
      other.stores.size() + other.reductions.size() + nest.stores.size() + nest.reductions.size() > limits.results) {
    return false;
  }
  bool shares = size(nest.extents) <= 64;
  for (const DraftElement& element : nest.body.elements()) {
    if (element.kind != DraftElement::Kind::load) {
      continue;
    }
    if (store_of(group, element) != nullptr) {
      shares = true;
    } else if (ready(element.access.place) > group) {
      return false;
    } else {
      shares = shares || groups_[group].loaded.contains(element.access.place);
    }
  }
  return shares;
}

void Groups::join(const DraftNest& nest, Index group) {
  auto& target = std::get<DraftNest>(groups_[group].step.what);
  std::vector<ElementId> moved;
  for (const DraftElement& element : nest.body.elements()) {
    if (element.kind == DraftElement::Kind::load) {
      if (const DraftStore* store = store_of(group, element)) {
        moved.push_back(store->element);
        continue;
      }
    }
    DraftElement copy = element;
    for (ElementId& operand : copy.operands) {
      operand = moved[operand];
    }
    moved.push_back(target.body.add(std::move(copy)));
  }
  for (const DraftStore& store : nest.stores) {
    target.stores.push_back({moved[store.element], store.access});
    groups_[group].stored.emplace(store.access.place, target.stores.size() - 1);
  }
  for (const DraftReduction& reduction : nest.reductions) {
    target.reductions.push_back({moved[reduction.element], reduction.combine, reduction.access});
  }
  if (target.reduced.empty()) {
    target.reduced = nest.reduced;
  }
  note(group, nest);
}

Groups::Index Groups::add_nest(DraftNest nest) {
  if (joining_ == Joining::allowed) {
    std::vector<Index> candidates;
    if (const auto found = last_nest_.find(nest.extents); found != last_nest_.end()) {
      candidates.push_back(found->second);
    }
    for (const DraftElement& element : nest.body.elements()) {
      if (element.kind == DraftElement::Kind::load && candidates.size() < 4) {
        if (const Index first = ready(element.access.place);
            first > 0 && std::ranges::find(candidates, first - 1) == candidates.end()) {
          candidates.push_back(first - 1);
        }
      }
    }
    std::ranges::sort(candidates, std::greater{});
    for (const Index candidate : candidates) {
      if (can_join(nest, candidate)) {
        join(nest, candidate);
        return candidate;
      }
    }
  }
  const Index group = groups_.size();
  last_nest_[nest.extents] = group;
  Group added{{}, true, {}, {}};
  for (std::size_t k = 0; k < nest.stores.size(); ++k) {
    added.stored.emplace(nest.stores[k].access.place, k);
  }
  groups_.push_back(std::move(added));
  note(group, nest);
  groups_[group].step.what = std::move(nest);
  return group;
}

Groups::Index Groups::straight_group(std::int64_t lanes, Index ready) {
  const auto found = last_straight_.find(lanes);
  if (found != last_straight_.end() && found->second >= ready) {
    const Body& body = nest(found->second).body;
    if (body.elements().size() < limits.elements && body.weight() < limits.instructions) {
      return found->second;
    }
  }
  const Index group = groups_.size();
  last_straight_[lanes] = group;
  DraftNest made;
  if (lanes > 0) {
    made.extents = {lanes};
    last_nest_[made.extents] = group;
  }
  groups_.push_back({{std::move(made)}, lanes > 0, {}, {}});
  return group;
}

void Groups::add_store(Index group, DraftStore store) {
  Index& last = writer_.try_emplace(store.access.place, group).first->second;
  last = std::max(last, group);
  groups_[group].stored.emplace(store.access.place, nest(group).stores.size());
  nest(group).stores.push_back(std::move(store));
}

bool Groups::can_reduce(Index group, std::size_t count) {
  return joining_ == Joining::allowed && nest(group).reductions.size() + count <= limits.results;
}

void Groups::add_reduction(Index group, DraftReduction reduction) {
  writer_[reduction.access.place] = group;
  nest(group).reduced = {true};
  nest(group).reductions.push_back(std::move(reduction));
}

DraftSteps Groups::take() {
  DraftSteps steps;
  steps.reserve(groups_.size());
  for (Group& group : groups_) {
    steps.push_back(std::move(group.step));
  }
  return steps;
}

}  // namespace downhill::exec::scheduling
