#include "analysis/raised.hpp"

#include <algorithm>
#include <limits>

#include "analysis/constants.hpp"
#include "analysis/known_values.hpp"
#include "ops/primitives.hpp"

namespace downhill::analysis {
namespace {

using ir::ValueId;

// |of|^exponent; 0 where a value is no such power.
struct Power {
  ValueId of = 0;
  double exponent = 0;
};

// The smallest element of a constant that is known; NaN where it is not.
double smallest(const KnownValues& known, ValueId value) {
  const ir::Literal* literal = known.of(value);
  double result = std::numeric_limits<double>::infinity();
  for (std::int64_t i = 0; literal != nullptr && i < literal->type.shape.size(); ++i) {
    result = std::min(result, ir::element(literal->type.dtype, literal->buffer.data(), i));
  }
  return literal != nullptr ? result : std::numeric_limits<double>::quiet_NaN();
}

std::vector<Power> powers_of(const ir::Traced& loss) {
  const ir::Graph& graph = loss.graph;
  const std::vector<bool> is_constant = constants_of(graph);
  std::vector<bool> wanted(graph.values().size(), false);
  for (const ir::Node& node : graph.nodes()) {
    if (node.primitive == &primitives::pow) wanted[graph.operands(node)[1]] = true;
  }
  const KnownValues known(loss, is_constant, std::move(wanted));
  std::vector<Power> result(graph.values().size());
  for (const ir::Node& node : graph.nodes()) {
    Power& power = result[node.first_result];
    const auto operands = graph.operands(node);
    if (node.primitive == &primitives::abs && !is_constant[operands[0]]) power = {operands[0], 1};
    if (node.primitive == &primitives::mul) {
      const Power a = result[operands[0]], b = result[operands[1]];
      if (a.exponent > 0 && b.exponent > 0 && a.of == b.of) power = {a.of, a.exponent + b.exponent};
    }
    if (node.primitive == &primitives::pow && result[operands[0]].exponent > 0 && is_constant[operands[1]]) {
      const double by = smallest(known, operands[1]);
      if (by > 0) power = {result[operands[0]].of, result[operands[0]].exponent * by};
    }
  }
  return result;
}

}  // namespace

std::vector<bool> raised_absolutes(const ir::Traced& loss) {
  const ir::Graph& graph = loss.graph;
  std::vector<bool> result(graph.values().size(), false);
  const auto is_absolute = [](const ir::Node& node) { return node.primitive == &primitives::abs; };
  if (std::ranges::none_of(graph.nodes(), is_absolute)) return result;
  const std::vector<Power> powers = powers_of(loss);
  // Low powers that are used as anything else than a factor of higher ones, from the last to the first.
  std::vector<bool> is_bent(graph.values().size(), false);
  const auto bend = [&](ValueId value) { is_bent[value] = is_bent[value] || powers[value].exponent <= 2; };
  for (const ValueId output : graph.outputs()) bend(output);
  const auto nodes = graph.nodes();
  for (std::size_t k = nodes.size(); k-- > 0;) {
    const ValueId made = nodes[k].first_result;
    const bool goes_on = nodes[k].result_count == 1 && powers[made].exponent > 0 && !is_absolute(nodes[k]);
    for (const ValueId operand : graph.operands(nodes[k])) {
      if (!goes_on || powers[operand].exponent == 0 || is_bent[made]) bend(operand);
    }
  }
  for (const ir::Node& node : nodes) {
    const ValueId made = node.first_result;
    result[made] = is_absolute(node) && powers[made].exponent > 0 && !is_bent[made];
  }
  return result;
}

}  // namespace downhill::analysis
