#include "analysis/branches.hpp"

#include "analysis/choices.hpp"
#include "analysis/constants.hpp"
#include "analysis/raised.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <span>

namespace downhill::analysis {
namespace {

using ir::ValueId;

// Kinks and jumps that are not followed.
bool has_other_kinks(const ir::Primitive* primitive) {
  using namespace primitives;
  static const std::array others{&sign,    &floor,   &ceil, &round, &where,      &sort,     &argsort,
                                 &argmax,  &scan,    &cond, &less,  &equal,      &hypot,    &abs,
                                 &maximum, &minimum, &max,  &min,   &less_equal, &not_equal};
  return std::ranges::find(others, primitive) != others.end();
}

class Search {
 public:
  explicit Search(const ir::Traced& loss)
      : graph_(loss.graph),
        is_constant_(constants_of(graph_)),
        is_raised_(raised_absolutes(loss)),
        taken_(taken_by_choices(loss)) {
    for (const auto& [value, bounds] : constant_bounds(loss, is_constant_)) bounds_[value] = bounds;
    find_what_matters();
  }

  Branches find() {
    Branches result;
    for (const ir::Node& node : graph_.nodes()) {  // what norms are made of
      if (node.primitive == &primitives::where && matters_[node.first_result]) norm_of(graph_.operands(node));
    }
    for (const ir::Node& node : graph_.nodes()) {
      const ValueId value = node.first_result;
      if (!matters_[value] || !varies_[value] || is_inner_[value] || is_raised_[value]) continue;
      std::optional<Branch> branch;
      if (node.result_count == 1 && graph_.type(value).dtype == DType::f64) branch = branch_of(node);
      if (branch) {
        branch->result = value;
        result.all.push_back(*std::move(branch));
      } else if (is_decided_by_comparisons(node)) {
        follow(graph_.operands(node)[0], result);
      } else if (has_other_kinks(node.primitive)) {
        result.are_complete = false;
      }
    }
    return result;
  }

 private:
  void find_what_matters() {
    matters_.assign(graph_.values().size(), false);
    varies_ = matters_;
    is_inner_ = matters_;
    is_followed_ = matters_;
    for (const ValueId output : graph_.outputs()) matters_[output] = true;
    const std::span<const ir::Node> nodes = graph_.nodes();
    for (std::size_t k = nodes.size(); k-- > 0;) {
      bool any = false;
      for (std::uint32_t r = 0; r < nodes[k].result_count; ++r) any = any || matters_[nodes[k].first_result + r];
      if (!any || nodes[k].primitive == &primitives::stop_gradient) continue;
      for (const ValueId operand : graph_.operands(nodes[k])) {
        if (graph_.type(operand).dtype == DType::f64) matters_[operand] = true;
      }
    }
    varies_[graph_.inputs().front()] = true;
    for (const ir::Node& node : nodes) {
      bool any = false;
      for (const ValueId operand : graph_.operands(node)) any = any || varies_[operand];
      if (!any || node.primitive == &primitives::stop_gradient) continue;
      for (std::uint32_t r = 0; r < node.result_count; ++r) varies_[node.first_result + r] = true;
    }
  }

  const ir::Node* made_by(ValueId value, const ir::Primitive& primitive) const {
    const ir::NodeId node = graph_.values()[value].node;
    return node != ir::no_node && graph_.nodes()[node].primitive == &primitive ? &graph_.nodes()[node] : nullptr;
  }

  // A choice among formulas, or a number that says how a comparison came out.
  [[nodiscard]] bool is_decided_by_comparisons(const ir::Node& node) const {
    if (node.primitive == &primitives::where) return true;
    return node.primitive == &primitives::convert && graph_.type(graph_.operands(node)[0]).dtype == DType::boolean;
  }

  // The comparisons that a condition depends on.
  void follow(ValueId condition, Branches& result) {
    using namespace primitives;
    if (is_constant_[condition] || is_followed_[condition]) return;
    is_followed_[condition] = true;
    const ir::NodeId index = graph_.values()[condition].node;
    const ir::Primitive* const p = index == ir::no_node ? nullptr : graph_.nodes()[index].primitive;
    static const std::array comparing{&less, &less_equal, &equal, &not_equal};
    static const std::array passing{&logical_and, &logical_or, &logical_not, &broadcast_to, &reshape,
                                    &transpose,   &slice,      &concatenate, &pad};
    const auto is_one_of = [&](const auto& some) { return std::ranges::find(some, p) != some.end(); };
    if (is_one_of(passing)) {
      for (const ValueId operand : graph_.operands(graph_.nodes()[index])) follow(operand, result);
    } else if (is_one_of(comparing) && graph_.type(graph_.operands(graph_.nodes()[index])[0]).dtype == DType::f64) {
      result.comparisons.push_back(condition);
    } else {
      result.are_complete = false;
    }
  }

  // Constants that are one number.
  bool is_number(ValueId value, double number) const {
    const auto found = bounds_.find(value);
    return is_constant_[value] && found != bounds_.end() && found->second.low == number && found->second.high == number;
  }
  // Without the broadcasts around it.
  ValueId origin(ValueId value) const {
    while (bounds_.find(value) == bounds_.end()) {
      const ir::Node* node = made_by(value, primitives::broadcast_to);
      if (node == nullptr) break;
      value = graph_.operands(*node)[0];
    }
    return value;
  }

  std::optional<Branch> branch_of(const ir::Node& node) {
    const ir::Primitive* const p = node.primitive;
    const std::span<const ValueId> operands = graph_.operands(node);
    Branch branch;
    if (p == &primitives::abs) {
      branch.first = branch.second = operands[0];
      branch.is_absolute = true;
      return branch;
    }
    if (p == &primitives::maximum || p == &primitives::minimum) {
      branch.is_largest = p == &primitives::maximum;
      branch.first = operands[0];
      branch.second = operands[1];
      return branch;
    }
    if (p == &primitives::max || p == &primitives::min) {
      branch.kind = Branch::Kind::extreme;
      branch.is_largest = p == &primitives::max;
      branch.first = operands[0];
      return branch;
    }
    if (p == &primitives::hypot) {
      branch.kind = Branch::Kind::length;
      branch.first = operands[0];
      branch.second = operands[1];
      branch.vectors = {operands[0], operands[1]};
      return branch;
    }
    if (p == &primitives::sqrt) return root_of(operands[0]);
    if (p != &primitives::where) return std::nullopt;
    if (taken_[node.first_result] == Taken::unknown) return norm_of(operands);
    branch.is_largest = taken_[node.first_result] == Taken::larger;
    branch.first = operands[1];
    branch.second = operands[2];
    return branch;
  }

  // sqrt(s) for an s that is linear in squares, with no factor below zero and nothing added.
  std::optional<Branch> root_of(ValueId sum) const {
    Branch branch;
    branch.kind = Branch::Kind::length;
    branch.sum = sum;
    if (!collect_squares(sum, branch.squares) || branch.squares.empty()) return std::nullopt;
    std::ranges::sort(branch.squares);
    branch.squares.erase(std::unique(branch.squares.begin(), branch.squares.end()), branch.squares.end());
    for (const ValueId square : branch.squares) {
      branch.vectors.push_back(graph_.operands(graph_.nodes()[graph_.values()[square].node])[0]);
    }
    return branch;
  }

  bool collect_squares(ValueId value, std::vector<ValueId>& squares) const {
    using namespace primitives;
    const ir::NodeId index = graph_.values()[value].node;
    if (index == ir::no_node || is_constant_[value]) return false;
    const ir::Node& node = graph_.nodes()[index];
    const std::span<const ValueId> operands = graph_.operands(node);
    if (node.primitive == &mul && operands[0] == operands[1]) {
      squares.push_back(value);
      return true;
    }
    if (node.primitive == &add) return collect_squares(operands[0], squares) && collect_squares(operands[1], squares);
    const auto is_factor = [&](ValueId factor) {
      const auto found = bounds_.find(factor);
      return found != bounds_.end() && found->second.low >= 0 && found->second.high < infinity;
    };
    if (node.primitive == &mul) {
      if (is_factor(operands[0])) return collect_squares(operands[1], squares);
      return is_factor(operands[1]) && collect_squares(operands[0], squares);
    }
    if (node.primitive == &div) return is_factor(operands[1]) && collect_squares(operands[0], squares);
    const std::array moves{&primitives::sum, &reshape, &transpose, &broadcast_to, &slice};
    if (std::ranges::find(moves, node.primitive) == moves.end()) return false;
    return collect_squares(operands[0], squares);
  }

  // where(s = 0, 0, factor sqrt(where(s = 0, 1, s))), as norm() computes it so that squares neither overflow nor vanish.
  std::optional<Branch> norm_of(std::span<const ValueId> operands) {
    const ir::Node* const test = made_by(operands[0], primitives::equal);
    if (test == nullptr || !is_number(origin(operands[1]), 0)) return std::nullopt;
    const ir::Node* const product = made_by(operands[2], primitives::mul);
    if (product == nullptr) return std::nullopt;
    for (std::size_t k = 0; k < 2; ++k) {
      const ir::Node* const root = made_by(graph_.operands(*product)[k], primitives::sqrt);
      if (root == nullptr) continue;
      const ir::Node* const guard = made_by(graph_.operands(*root)[0], primitives::where);
      if (guard == nullptr || graph_.operands(*guard)[0] != operands[0]) continue;
      const ValueId sum = graph_.operands(*guard)[2], factor = graph_.operands(*product)[1 - k];
      if (graph_.operands(*test)[0] != sum || varies_[factor]) continue;
      std::optional<Branch> branch = root_of(sum);
      if (!branch) continue;
      for (ValueId& vector : branch->vectors) {  // y / factor, each times the factor again
        const ir::Node* const scaled = made_by(vector, primitives::div);
        if (scaled == nullptr || spread_from(graph_.operands(*scaled)[1]) != spread_from(factor)) return std::nullopt;
        vector = graph_.operands(*scaled)[0];
      }
      branch->factor = factor;
      is_inner_[guard->first_result] = is_inner_[root->first_result] = true;
      return branch;
    }
    return std::nullopt;
  }

  // Without the views around it.
  [[nodiscard]] ValueId spread_from(ValueId value) const {
    for (;;) {
      const ir::Node* node = made_by(value, primitives::broadcast_to);
      if (node == nullptr) node = made_by(value, primitives::reshape);
      if (node == nullptr) return value;
      value = graph_.operands(*node)[0];
    }
  }

  static constexpr double infinity = std::numeric_limits<double>::infinity();

  const ir::Graph& graph_;
  std::vector<bool> is_constant_, is_raised_, matters_, varies_, is_inner_, is_followed_;
  std::vector<Taken> taken_;
  std::map<ValueId, Bounds> bounds_;
};

}  // namespace

Branches branches(const ir::Traced& loss) { return Search(loss).find(); }

}  // namespace downhill::analysis
