#include "analysis/constants.hpp"

#include <downhill/array.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace downhill::analysis {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

}  // namespace

std::vector<bool> constants_of(const ir::Graph& graph) {
  std::vector<bool> is_constant(graph.values().size(), true);
  is_constant[graph.inputs().front()] = false;
  for (const ir::Node& node : graph.nodes()) {
    bool all = true;
    for (const ir::ValueId operand : graph.operands(node)) all = all && is_constant[operand];
    for (std::uint32_t k = 0; k < node.result_count; ++k) is_constant[node.first_result + k] = all;
  }
  return is_constant;
}

std::vector<std::pair<ir::ValueId, Bounds>> constant_bounds(const ir::Traced& loss,
                                                            const std::vector<bool>& is_constant) {
  ir::Graph graph = loss.graph;
  std::vector<ir::ValueId> wanted;
  for (const ir::Node& node : graph.nodes()) {
    if (is_constant[node.first_result]) continue;
    for (const ir::ValueId operand : graph.operands(node)) {
      if (is_constant[operand]) wanted.push_back(operand);
    }
  }
  std::ranges::sort(wanted);
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  graph.set_outputs(wanted);
  std::vector<ir::Literal> results;
  std::vector<void*> outputs;
  for (const ir::ValueId value : wanted) {
    results.push_back(ir::make_literal(graph.type(value)));
    outputs.push_back(results.back().buffer.data());
  }
  const ir::Literal nowhere = ir::make_literal(graph.type(graph.inputs().front()));
  std::vector<const void*> inputs{nowhere.buffer.data()};
  for (const Array& captured : loss.captured) inputs.push_back(captured.data());
  std::vector<std::pair<ir::ValueId, Bounds>> bounds;
  if (ir::evaluate(graph, inputs, outputs).fault != ir::Fault::none) return bounds;
  for (std::size_t k = 0; k < wanted.size(); ++k) {
    Bounds all{infinity, -infinity};
    const Type& type = results[k].type;
    for (std::int64_t i = 0; i < type.shape.size(); ++i) {
      const double number = ir::element(type.dtype, results[k].buffer.data(), i);
      if (std::isnan(number)) all = {-infinity, infinity};
      all.low = std::min(all.low, number);
      all.high = std::max(all.high, number);
    }
    if (all.low > all.high) all = {0, 0};  // no elements
    bounds.emplace_back(wanted[k], all);
  }
  return bounds;
}

}  // namespace downhill::analysis
