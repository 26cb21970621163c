#include "ad/batching.hpp"

#include "ad/control.hpp"
#include "ir/trace.hpp"

#include <downhill/operations.hpp>

#include <algorithm>

namespace downhill::ad {

Array repeated(const Array& x, std::int64_t size) {
  std::vector<std::int64_t> lengths{size};
  lengths.insert(lengths.end(), x.shape().begin(), x.shape().end());
  return broadcast_to(x, Shape(lengths));
}

Batched replay_batched(const ir::Graph& graph, std::span<const Array> inputs, const std::vector<bool>& batched,
                       std::int64_t size) {
  std::vector<Array> values(graph.values().size());
  std::vector<bool> carries(graph.values().size(), false);
  for (std::size_t k = 0; k < inputs.size(); ++k) {
    values[graph.inputs()[k]] = inputs[k];
    carries[graph.inputs()[k]] = batched[k];
  }
  for (const ir::Node& node : graph.nodes()) {
    std::vector<Array> operands;
    std::vector<bool> flags;
    for (const ir::ValueId operand : graph.operands(node)) {
      operands.push_back(values[operand]);
      flags.push_back(carries[operand]);
    }
    std::vector<Array> results;
    std::vector<bool> result_flags(node.result_count, true);
    if (std::ranges::none_of(flags, std::identity{})) {
      results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
      result_flags.assign(node.result_count, false);
    } else if (node.primitive->lowering == ir::Lowering::loop) {
      Batched loop = loop_batched(*node.attributes, operands, flags, size);
      results = std::move(loop.outputs);
      result_flags = std::move(loop.batched);
    } else if (node.primitive->lowering == ir::Lowering::branch) {
      results = branch_batched(*node.attributes, operands, flags, size);
    } else if (node.primitive->batch == nullptr) {
      for (std::size_t k = 0; k < operands.size(); ++k) {
        operands[k] = flags[k] ? operands[k] : repeated(operands[k], size);
      }
      results = ir::apply_all(*node.primitive, operands, *node.attributes, node.where);
    } else {
      results = node.primitive->batch(*node.attributes, operands, flags, size);
    }
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      values[node.first_result + k] = results[k];
      carries[node.first_result + k] = result_flags[k];
    }
  }
  Batched result;
  for (const ir::ValueId output : graph.outputs()) {
    result.outputs.push_back(values[output]);
    result.batched.push_back(carries[output]);
  }
  return result;
}

}  // namespace downhill::ad
