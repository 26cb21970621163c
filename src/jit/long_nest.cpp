#include "jit/long_nest.hpp"

#include <algorithm>
#include <limits>
#include <optional>

#include "jit/scope.hpp"

namespace downhill::jit {
namespace {

using loops::Element;
using loops::Nest;

// What crosses from part to part passes through memory: cut at 350, 10,000 sums and products compile three times and run four times as slowly with the
// quick effort. Beyond 3000 nothing is gained, and LLVM's time grows faster than the size of a function where values live long.
constexpr std::int64_t part_weight = 3000;

std::int64_t weight_of(const Element& element) {
  return element.kind == Element::Kind::formula ? static_cast<std::int64_t>(element.code->instructions.size()) : 2;
}

// The part that each element belongs to.
std::vector<std::size_t> parts_of(const Nest& nest) {
  std::vector<std::size_t> parts;
  std::int64_t weight = 0;
  std::size_t part = 0;
  for (const Element& element : nest.body) {
    const std::int64_t more = weight_of(element);
    if (weight > 0 && weight + more > part_weight) {
      ++part;
      weight = 0;
    }
    weight += more;
    parts.push_back(part);
  }
  return parts;
}

}  // namespace

std::vector<Nest> split_long_nest(const Nest& nest, Layout& layout) {
  const bool single_point = std::ranges::all_of(nest.extents, [](std::int64_t extent) { return extent == 1; });
  if (!single_point || nest.reduced > 0 || nest.tiled >= 0 || nest.body.empty()) return {nest};
  const std::vector<std::size_t> part_of = parts_of(nest);
  const std::size_t count = part_of.back() + 1;
  if (count == 1) return {nest};

  // What a later part needs gets a place; stores wait for the last part, when everything has been read.
  std::vector<bool> crosses(nest.body.size(), false);
  for (std::size_t k = 0; k < nest.body.size(); ++k) {
    for (const std::uint32_t operand : nest.body[k].operands)
      crosses[operand] = crosses[operand] || part_of[operand] != part_of[k];
  }
  for (const loops::Store& store : nest.stores)
    crosses[store.element] = crosses[store.element] || part_of[store.element] + 1 != count;
  std::vector<loops::BufferId> place(nest.body.size(), 0);
  std::vector<Nest> parts(count);
  // Parts are filled one after the other: where an element stands in the part that last used it.
  constexpr auto nowhere = std::numeric_limits<std::size_t>::max();
  std::vector<std::size_t> used_in(nest.body.size(), nowhere);
  std::vector<std::uint32_t> position(nest.body.size(), 0);
  const auto append = [&](std::size_t part, std::uint32_t element, Element appended) {
    used_in[element] = part;
    position[element] = static_cast<std::uint32_t>(parts[part].body.size());
    parts[part].body.push_back(std::move(appended));
  };
  const auto in_part = [&](std::size_t part, std::uint32_t element) {
    if (used_in[element] != part) {
      append(part, element,
             {.kind = Element::Kind::load,
              .dtype = nest.body[element].dtype,
              .buffer = place[element],
              .index = {},
              .guards = {},
              .code = nullptr,
              .operands = {}});
    }
    return position[element];
  };
  for (std::uint32_t k = 0; k < nest.body.size(); ++k) {
    const std::size_t part = part_of[k];
    Element element = nest.body[k];
    for (std::uint32_t& operand : element.operands) operand = in_part(part, operand);
    append(part, k, std::move(element));
    if (crosses[k]) {
      place[k] = layout.add_scratch(nest.body[k].dtype, 1);
      parts[part].stores.push_back({position[k], place[k], {}});
    }
  }
  for (loops::Store store : nest.stores) {
    store.element = in_part(count - 1, store.element);
    parts.back().stores.push_back(store);
  }
  for (Nest& part : parts) part.extents = nest.extents;
  return parts;
}

}  // namespace downhill::jit
