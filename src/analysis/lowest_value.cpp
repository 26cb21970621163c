#include "analysis/lowest_value.hpp"

#include "analysis/constants.hpp"
#include "analysis/convexity.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <span>
#include <vector>

namespace downhill::analysis {
namespace {

// Of values that are never negative: whether one that is computed as 0 is as low as it can be.
class Zeros {
 public:
  explicit Zeros(const ir::Traced& loss)
      : graph_(loss.graph),
        is_constant_(constants_of(loss.graph)),
        bounds_(value_bounds(loss)),
        is_real_(bounds_.size(), false) {
    for (const ir::Node& node : graph_.nodes()) {
      if (node.result_count == 1) is_real_[node.first_result] = is_real_zero(node);
    }
  }

  [[nodiscard]] bool is_lowest(ir::ValueId value) const { return bounds_[value].low >= 0 && holds(value); }

 private:
  // A value of either sign has its zeros where it changes sign.
  [[nodiscard]] bool holds(ir::ValueId value) const {
    return is_constant_[value] || bounds_[value].low < 0 || is_real_[value];
  }

  [[nodiscard]] bool is_real_zero(const ir::Node& node) const {
    using namespace primitives;
    const ir::Primitive* const p = node.primitive;
    const std::span<const ir::ValueId> operands = graph_.operands(node);
    const auto all_hold = [&](std::span<const ir::ValueId> values) {
      return std::ranges::all_of(values, [&](ir::ValueId v) { return holds(v); });
    };
    const auto all_are_lowest = [&](std::span<const ir::ValueId> values) {
      return std::ranges::all_of(values, [&](ir::ValueId v) { return is_lowest(v); });
    };
    if (p == &abs || (p == &mul && operands[0] == operands[1])) return holds(operands[0]);
    if (p == &maximum || p == &max) return all_hold(operands);
    if (p == &pow) return is_constant_[operands[1]] && bounds_[operands[1]].low > 0 && holds(operands[0]);
    if (p == &div) return is_constant_[operands[1]] && holds(operands[0]);
    if (p == &where) return all_hold(operands.subspan(1));
    if (p == &gather || p == &scatter_add) return holds(operands[0]);
    static const std::array combining{&add, &mul, &sum, &matmul, &minimum, &min};
    if (std::ranges::find(combining, p) != combining.end()) return all_are_lowest(operands);
    static const std::array passing{&sqrt,  &cbrt,        &reshape, &transpose, &broadcast_to,
                                    &slice, &concatenate, &convert, &pad,       &cumsum};
    return std::ranges::find(passing, p) != passing.end() && all_hold(operands);
  }

  const ir::Graph& graph_;
  std::vector<bool> is_constant_;
  std::vector<Bounds> bounds_;
  std::vector<bool> is_real_;
};

}  // namespace

double lower_bound(const ir::Traced& loss) {
  return Zeros(loss).is_lowest(loss.graph.outputs().front()) ? 0 : -std::numeric_limits<double>::infinity();
}

}  // namespace downhill::analysis
