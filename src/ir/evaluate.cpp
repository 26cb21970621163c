#include "ir/trace.hpp"

#include <cstring>

namespace downhill::ir {

Status evaluate(const Graph& graph, std::span<const void* const> inputs, std::span<void* const> outputs) {
  std::vector<const void*> values(graph.values().size(), nullptr);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values[graph.inputs()[k]] = inputs[k];
  }
  // A value's storage is given back after its last use, so that long programs need no more than what is alive.
  std::vector<std::size_t> last_use(graph.values().size(), 0);
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    for (const ValueId operand : graph.operands(graph.nodes()[n])) {
      last_use[operand] = n;
    }
  }
  for (const ValueId output : graph.outputs()) {
    last_use[output] = graph.nodes().size();
  }
  std::vector<Buffer> storage(graph.values().size());
  std::vector<const void*> operands;
  std::vector<void*> results;
  for (std::size_t n = 0; n < graph.nodes().size(); ++n) {
    const Node& node = graph.nodes()[n];
    operands.clear();
    results.clear();
    for (const ValueId operand : graph.operands(node)) {
      operands.push_back(values[operand]);
    }
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      const ValueId id = node.first_result + k;
      storage[id] = Buffer(bytes_of(graph.type(id)));
      values[id] = storage[id].data();
      results.push_back(storage[id].data());
    }
    Status status = node.primitive->evaluate(
        {*node.attributes, graph.operand_types(node), graph.result_types(node), operands, results});
    if (status.fault != Fault::none) {
      status.primitive = status.primitive != nullptr ? status.primitive : node.primitive;
      return status;
    }
    for (const ValueId operand : graph.operands(node)) {
      if (last_use[operand] == n) {
        storage[operand] = Buffer();
      }
    }
  }
  for (std::size_t k = 0; k < outputs.size(); ++k) {
    const ValueId id = graph.outputs()[k];
    if (const std::size_t bytes = bytes_of(graph.type(id)); bytes > 0) {
      std::memcpy(outputs[k], values[id], bytes);
    }
  }
  return {};
}

}  // namespace downhill::ir
