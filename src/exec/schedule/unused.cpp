#include "exec/schedule/lower.hpp"

#include <algorithm>

namespace downhill::exec::scheduling {
namespace {

void mark_reads(const DraftSteps& steps, std::vector<bool>& is_read) {
  for (const DraftStep& step : steps) {
    for_each_access(step, [&](const Access& access) { is_read[access.place] = true; }, [](const Access&) {});
  }
}

// The body with only those elements that results need.
void remove_elements(DraftNest& nest) {
  const auto& elements = nest.body.elements();
  std::vector<bool> is_used(elements.size(), false);
  for (const DraftStore& store : nest.stores) {
    is_used[store.element] = true;
  }
  for (const DraftReduction& reduction : nest.reductions) {
    is_used[reduction.element] = true;
  }
  for (std::size_t k = elements.size(); k-- > 0;) {
    if (is_used[k]) {
      for (const ElementId operand : elements[k].operands) {
        is_used[operand] = true;
      }
    }
  }
  if (std::ranges::find(is_used, false) == is_used.end()) {
    return;
  }
  Body kept;
  std::vector<ElementId> moved(elements.size(), 0);
  for (std::size_t k = 0; k < elements.size(); ++k) {
    if (is_used[k]) {
      DraftElement element = elements[k];
      for (ElementId& operand : element.operands) {
        operand = moved[operand];
      }
      moved[k] = kept.add(std::move(element));
    }
  }
  for (DraftStore& store : nest.stores) {
    store.element = moved[store.element];
  }
  for (DraftReduction& reduction : nest.reductions) {
    reduction.element = moved[reduction.element];
  }
  nest.body = std::move(kept);
}

void remove_stores(DraftSteps& steps, const std::vector<Place>& places, const std::vector<bool>& is_read) {
  for (DraftStep& step : steps) {
    if (auto* nest = std::get_if<DraftNest>(&step.what)) {
      const auto is_unused = [&](const auto& result) {
        return places[result.access.place].kind == Place::Kind::workspace && !is_read[result.access.place];
      };
      std::erase_if(nest->stores, is_unused);
      std::erase_if(nest->reductions, is_unused);
      if (nest->reductions.empty()) {
        nest->reduced.assign(nest->extents.size(), false);
      }
      remove_elements(*nest);
    } else if (auto* loop = std::get_if<DraftLoop>(&step.what)) {
      remove_stores(loop->body, places, is_read);
    } else if (auto* branch = std::get_if<DraftBranch>(&step.what)) {
      remove_stores(branch->then_body, places, is_read);
      remove_stores(branch->else_body, places, is_read);
    }
  }
  std::erase_if(steps, [](const DraftStep& step) {
    const auto* nest = std::get_if<DraftNest>(&step.what);
    return nest != nullptr && nest->stores.empty() && nest->reductions.empty();
  });
}

}  // namespace

void remove_unused(Draft& draft) {
  std::vector<bool> is_read(draft.places.size(), false);
  mark_reads(draft.steps, is_read);
  remove_stores(draft.steps, draft.places, is_read);
}

}  // namespace downhill::exec::scheduling
