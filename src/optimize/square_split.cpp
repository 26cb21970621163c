#include "optimize/square_split.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <cmath>
#include <memory>
#include <vector>

#include "analysis/constants.hpp"
#include "analysis/squares.hpp"
#include "optimize/replay.hpp"

namespace downhill::optimize {

namespace {

using analysis::Square;
using ir::ValueId;

struct Part {
  ValueId root;
  Array weight;  // of each element, the root of it
};

// The loss as a function of the squares alone.
Array sum_of(const ir::Traced& loss, const std::vector<Square>& squares, std::span<const Array> values_of_squares) {
  Values values(loss.graph.values().size());
  for (std::size_t k = 0; k < squares.size(); ++k) values[squares[k].result] = values_of_squares[k];
  // What a square is computed from is not wanted.
  const std::vector<bool> is_constant = analysis::constants_of(loss.graph);
  const ir::Graph& graph = loss.graph;
  Mask is_wanted(values.size(), false), is_needed(values.size(), false);
  is_needed[graph.outputs()[0]] = true;
  for (std::size_t index = graph.nodes().size(); index-- > 0;) {
    const ir::Node& node = graph.nodes()[index];
    for (std::uint32_t r = 0; r < node.result_count; ++r) {
      const ValueId result = node.first_result + r;
      if (!is_needed[result] || values[result]) continue;
      is_wanted[result] = true;
      for (const ValueId operand : graph.operands(node)) is_needed[operand] = true;
    }
  }
  replay(loss, is_wanted, values);
  return *values[graph.outputs()[0]];
}

std::vector<Part> parts_of(const ir::Traced& loss) {
  const std::vector<Square> squares = analysis::squares(loss.graph);
  if (squares.empty()) return {};
  const ArrayFunction f = [&](std::span<const Array> values) -> std::vector<Array> {
    return {sum_of(loss, squares, values)};
  };
  std::vector<Array> origin;
  for (const Square& square : squares) origin.push_back(zeros(loss.graph.type(square.result).shape));
  if (f(origin).front().item() != 0) return {};
  const std::vector<Array> weights = vjp(f, origin).pullback({full(Shape{}, 1.0)});
  std::vector<Part> parts;
  for (std::size_t k = 0; k < squares.size(); ++k) {
    for (const double weight : weights[k].values()) {
      if (!(weight >= 0) || !std::isfinite(weight)) return {};
    }
    parts.push_back({squares[k].root, reshape(sqrt(weights[k]), {weights[k].shape().size()})});
  }
  return parts;
}

}  // namespace

ArrayFunction split_squares(const ir::Traced& loss) {
  std::vector<Part> parts;
  try {
    parts = parts_of(loss);
  } catch (const ExecutionError&) {
    return {};  // a constant of it cannot be computed
  }
  if (parts.empty()) return {};
  return [whole = std::make_shared<const ir::Traced>(loss), parts](std::span<const Array> x) -> std::vector<Array> {
    const ir::Graph& graph = whole->graph;
    Values values(graph.values().size());
    values[graph.inputs()[0]] = x[0];
    std::vector<ValueId> wanted;
    for (const Part& part : parts) wanted.push_back(part.root);
    replay(*whole, ancestors(graph, wanted), values);
    std::vector<Array> residuals;
    for (const Part& part : parts) {
      residuals.push_back(reshape(*values[part.root], {part.weight.shape().size()}) * part.weight);
    }
    return {residuals.size() == 1 ? residuals.front() : concatenate(residuals)};
  };
}

}  // namespace downhill::optimize
