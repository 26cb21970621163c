#include "ops/control.hpp"

#include <algorithm>

namespace downhill::ops {

std::vector<Type> types_of(std::span<const Array> arrays) {
  std::vector<Type> types;
  types.reserve(arrays.size());
  for (const Array& array : arrays) {
    types.push_back(array.type());
  }
  return types;
}

ir::Graph rotated_inputs(const ir::Graph& graph, std::size_t count) {
  std::vector<Type> types;
  for (const ir::ValueId input : graph.inputs()) {
    types.push_back(graph.type(input));
  }
  std::ranges::rotate(types, types.end() - static_cast<std::ptrdiff_t>(count));
  return ir::trace(
             [&](std::span<const Array> arguments) {
               std::vector<Array> original(arguments.begin(), arguments.end());
               std::ranges::rotate(original, original.begin() + static_cast<std::ptrdiff_t>(count));
               return ir::replay(graph, original);
             },
             types)
      .graph;
}

}  // namespace downhill::ops
