#include "analysis/levels.hpp"

#include "analysis/constants.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <vector>

namespace downhill::analysis {

bool levels_off(const ir::Graph& graph) {
  using namespace primitives;
  static const std::array levelling{&exp,        &expm1,      &exp2,     &softplus,  &logistic, &tanh,
                                    &atan,       &atan2,      &erf,      &erfc,      &div,      &pow,
                                    &normal_cdf, &normal_pdf, &gaussian, &logaddexp, &scan,     &cond};
  const std::vector<bool> is_constant = constants_of(graph);
  for (const ir::Node& node : graph.nodes()) {
    if (is_constant[node.first_result] || std::ranges::find(levelling, node.primitive) == levelling.end()) continue;
    const bool divides_by_constant = node.primitive == &div && is_constant[graph.operands(node)[1]];
    if (!divides_by_constant) return true;
  }
  return false;
}

}  // namespace downhill::analysis
