#include "analysis/convexity.hpp"

#include "analysis/branches.hpp"
#include "analysis/constants.hpp"
#include "analysis/curvature_facts.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace downhill::analysis {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
using Integers = std::vector<std::int64_t>;
const View no_view{~ir::ValueId{0}, {}};

class Analysis {
 public:
  explicit Analysis(const ir::Traced& loss)
      : graph_(loss.graph), facts_(graph_.values().size()), views_(graph_.values().size()) {
    const std::vector<bool> is_constant = constants_of(graph_);
    for (ir::ValueId value = 0; value < facts_.size(); ++value) {
      if (is_constant[value]) facts_[value].curve = Curve::constant;
      settle(value, facts_[value]);
      views_[value] = whole(value);
    }
    for (const auto& [value, bounds] : constant_bounds(loss, is_constant)) facts_[value].bounds = bounds;
    Facts& variables = facts_[graph_.inputs().front()];
    variables.curve = Curve::affine;
    variables.is_injective = true;
    for (Branch& branch : branches(loss).all) {
      if (branch.kind == Branch::Kind::length) lengths_[branch.result] = std::move(branch.vectors);
      if (branch.kind == Branch::Kind::pair) takes_larger_[branch.result] = branch.is_largest;
    }
    for (const ir::Node& node : graph_.nodes()) visit(node, is_constant[node.first_result]);
  }

  [[nodiscard]] const Facts& of(ir::ValueId value) const { return facts_[value]; }

 private:
  static void settle(ir::ValueId value, Facts& facts) {
    facts.base = value;
    facts.exponent = 1;
  }

  [[nodiscard]] View whole(ir::ValueId value) const {
    View view{value, {}};
    const Shape& shape = graph_.type(value).shape;
    for (std::size_t axis = 0; axis < shape.rank(); ++axis) {
      view.axes.push_back(shape[axis] == 1 ? -1 : static_cast<int>(axis));
    }
    return view;
  }

  void visit(const ir::Node& node, bool is_constant) {
    const std::span<const ir::ValueId> operands = graph_.operands(node);
    if (const auto axes = step(node)) views_[node.first_result] = seen_through(views_[operands[0]], *axes);
    if (is_constant || node.result_count != 1) return;
    Facts made = facts_of(node, operands);
    if (const auto found = lengths_.find(node.first_result); found != lengths_.end()) {  // a norm
      const bool is_of_affine = std::ranges::all_of(
          found->second, [&](ir::ValueId v) { return facts_[v].is_constant() || is_affine(facts_[v]); });
      if (is_of_affine) made = nonnegative(convex_value());
    }
    if (made.exponent == 1) settle(node.first_result, made);
    facts_[node.first_result] = made;
  }

  // For each axis of the result the axis of the operand it runs along, or -1; nothing for what is no view.
  [[nodiscard]] std::optional<std::vector<int>> step(const ir::Node& node) const {
    if (node.operand_count == 0) return std::nullopt;
    const Shape& before = graph_.type(graph_.operands(node)[0]).shape;
    const Shape& after = graph_.type(node.first_result).shape;
    std::vector<int> axes;
    if (node.primitive == &primitives::transpose) {
      for (const std::int64_t axis : node.attributes->get<Integers>("axes")) axes.push_back(static_cast<int>(axis));
      return axes;
    }
    if (node.primitive == &primitives::broadcast_to) {
      axes.assign(after.rank() - before.rank(), -1);
      for (std::size_t axis = 0; axis < before.rank(); ++axis) {
        axes.push_back(before[axis] == 1 ? -1 : static_cast<int>(axis));
      }
      return axes;
    }
    if (node.primitive != &primitives::reshape) return std::nullopt;
    std::size_t old = 0;
    const auto skip_ones = [&] {
      while (old < before.rank() && before[old] == 1) ++old;
    };
    for (std::size_t axis = 0; axis < after.rank(); ++axis) {
      if (after[axis] == 1) {
        axes.push_back(-1);
        continue;
      }
      skip_ones();
      if (old == before.rank() || before[old] != after[axis]) return std::nullopt;
      axes.push_back(static_cast<int>(old++));
    }
    skip_ones();
    if (old != before.rank()) return std::nullopt;
    return axes;
  }

  static View seen_through(const View& view, const std::vector<int>& axes) {
    View result{view.origin, {}};
    for (const int axis : axes) result.axes.push_back(axis < 0 ? -1 : view.axes[static_cast<std::size_t>(axis)]);
    return result;
  }

  Facts facts_of(const ir::Node& node, std::span<const ir::ValueId> operands) {
    const ir::Primitive* const p = node.primitive;
    const Facts& a = facts_[operands[0]];
    if (operands.size() == 1) return of_one(node, a);
    const Facts& b = facts_[operands[1]];
    if (p == &primitives::add) return added(a, views_[operands[0]], b, views_[operands[1]]);
    if (p == &primitives::sub) return difference(operands[0], operands[1]);
    if (p == &primitives::mul) return operands[0] == operands[1] || a.base == b.base ? power(a, b) : multiplied(a, b);
    if (p == &primitives::div) return quotient(a, b);
    if (p == &primitives::maximum) return larger(a, b);
    if (p == &primitives::minimum) return negated(larger(negated(a), negated(b)));
    if (p == &primitives::logaddexp) return a.is_convex() && b.is_convex() ? convex_value() : Facts();
    if (p == &primitives::pow) return to_power(a, b);
    if (p == &primitives::where) return chosen(node.first_result, operands);
    if (p == &primitives::concatenate) return joined(operands);
    if (p == &primitives::matmul) return matrix_product(a, b);
    const bool is_moved = p == &primitives::gather || p == &primitives::scatter_add;
    if (is_moved && b.is_constant()) return moved(a, Elements::some);
    return {};
  }

  static bool is_affine(const Facts& x) { return x.curve == Curve::affine && !x.shift; }
  static Facts convex_value() {
    Facts facts;
    facts.curve = Curve::convex;
    return facts;
  }
  static Facts nonnegative(Facts facts) {
    facts.bounds.low = 0;
    return facts;
  }

  Facts of_one(const ir::Node& node, const Facts& x) {
    const ir::Primitive* const p = node.primitive;
    if (p == &primitives::neg) return negated(x);
    if (p == &primitives::sum) return summed(node, x);
    if (p == &primitives::max) return x.is_convex() ? bounded(convex_value(), x.bounds) : bounded({}, x.bounds);
    if (p == &primitives::min)
      return x.is_concave() ? bounded(negated(convex_value()), x.bounds) : bounded({}, x.bounds);
    if (p == &primitives::stop_gradient) return bounded({}, x.bounds);  // not what the derivatives say it is
    const bool keeps_all = p == &primitives::reshape || p == &primitives::transpose || p == &primitives::broadcast_to;
    if (keeps_all) return viewed(node, x);
    if (p == &primitives::convert && graph_.type(node.first_result).dtype == DType::f64) return moved(x, Elements::all);
    if (p == &primitives::slice) return moved(x, Elements::some);
    if (p == &primitives::pad || p == &primitives::cumsum) return is_affine(x) ? moved(x, Elements::some) : Facts();
    if (node.primitive->derivative.kind == ir::Derivative::Kind::linear) {
      Facts facts;
      if (is_affine(x)) facts.curve = Curve::affine;
      return facts;
    }
    return function_of(p, x);
  }

  static Facts bounded(Facts facts, const Bounds& bounds) {
    facts.bounds = bounds;
    return facts;
  }

  Facts function_of(const ir::Primitive* p, const Facts& x) {
    const bool is_log =
        p == &primitives::log || p == &primitives::log1p || p == &primitives::log2 || p == &primitives::log10;
    Facts result = composed(shape_on(*p, x.bounds), x);
    if (is_log && x.is_log_convex && (p == &primitives::log || !x.shift)) {
      result.curve = Curve::convex;  // log(1 + exp …) too: 1 is log-convex
      result.shift = x.shift;
    }
    const bool is_curved_up = x.curve == Curve::affine || x.curve == Curve::convex;
    if (p == &primitives::exp && is_curved_up) {
      result.is_log_convex = true;
      result.shift = x.shift;
      if (x.shift) result.curve = Curve::unknown;
    }
    return result;
  }

  // The bounds of a sum are those of an element times their number.
  Facts summed(const ir::Node& node, const Facts& x) {
    Facts result = x;
    const double count = static_cast<double>(graph_.type(graph_.operands(node)[0]).shape.size()) /
                         std::max(1.0, static_cast<double>(graph_.type(node.first_result).shape.size()));
    const auto times = [count](double bound) { return bound == 0 ? 0 : bound * count; };
    result.bounds = {times(x.bounds.low), times(x.bounds.high)};
    result.is_injective = false;
    if (x.curve == Curve::unknown && !x.is_log_convex) result.shift.reset();
    if (x.shift) {
      View shift{x.shift->origin, {}};
      const Integers& axes = node.attributes->get<Integers>("axes");
      bool is_repeated = x.is_log_convex;  // Σ (v - m) is minus many m's: only factors exp(-m) can be taken out
      for (std::size_t axis = 0; axis < x.shift->axes.size(); ++axis) {
        const bool is_summed = std::ranges::find(axes, static_cast<std::int64_t>(axis)) != axes.end();
        if (is_summed) {
          is_repeated = is_repeated && x.shift->axes[axis] == -1;
        } else {
          shift.axes.push_back(x.shift->axes[axis]);
        }
      }
      result.curve = Curve::unknown;
      result.is_strict = false;
      result.is_log_convex = is_repeated;
      result.shift.reset();
      if (is_repeated) result.shift = shift;
    }
    return unsettled(result);
  }

  // The same elements, perhaps repeated.
  Facts viewed(const ir::Node& node, const Facts& x) const {
    Facts result = unsettled(x);
    if (!x.shift) return result;
    if (const auto axes = step(node)) {
      result.shift = seen_through(*x.shift, *axes);
      return result;
    }
    return moved(x, Elements::all);
  }

  enum class Elements { all, some };
  // Elements moved, some left out: every one keeps its curve.
  static Facts moved(const Facts& x, Elements elements) {
    Facts result = unsettled(x);
    if (elements == Elements::some) result.is_injective = result.is_strict = false;
    if (x.shift) {
      result.shift.reset();
      result.curve = Curve::unknown;
      result.is_log_convex = false;
    }
    return result;
  }
  static Facts unsettled(Facts facts) {
    facts.exponent = 1;
    return facts;
  }

  Facts difference(ir::ValueId left, ir::ValueId right) {
    const Facts& a = facts_[left];
    const Facts& b = facts_[right];
    if (a.shift && b.shift && *a.shift == *b.shift && !a.is_log_convex && !b.is_log_convex) {
      Facts plain_a = a;
      Facts plain_b = b;
      plain_a.shift.reset();
      plain_b.shift.reset();
      return added(plain_a, views_[left], negated(plain_b), views_[right]);
    }
    const Facts plain = added(a, views_[left], negated(b), no_view);
    const bool is_useful = plain.curve != Curve::unknown || a.shift || b.shift;
    if (is_useful || (a.curve != Curve::affine && a.curve != Curve::convex)) return plain;
    Facts shifted = a;
    shifted.shift = views_[right];
    shifted.bounds = plain.bounds;
    shifted.is_injective = shifted.is_log_convex = false;
    return unsettled(shifted);
  }

  // Powers of one value: an even one of an affine value, or any of what does not change sign.
  Facts power(const Facts& a, const Facts& b) {
    const Facts& u = facts_[a.base];
    Facts result;
    result.base = a.base;
    result.exponent = a.exponent + b.exponent;
    const bool is_even = result.exponent % 2 == 0;
    const Bounds& x = u.bounds;
    const auto raised = [&](double bound) { return std::pow(bound, result.exponent); };
    result.bounds = {raised(x.low), raised(x.high)};
    if (is_even) {
      const double largest = std::max(result.bounds.low, result.bounds.high);
      result.bounds = {x.low <= 0 && x.high >= 0 ? 0 : std::min(result.bounds.low, result.bounds.high), largest};
    }
    if (u.is_constant()) {
      result.curve = Curve::constant;
      return result;
    }
    Shape1 f{Shape1::Bend::unknown, Shape1::Slope::unknown, true, result.bounds};
    if (is_even || x.low >= 0) f.bend = Shape1::Bend::convex;
    if (!is_even && x.high <= 0) f.bend = Shape1::Bend::concave;
    if (x.low >= 0 || !is_even) f.slope = Shape1::Slope::rising;
    if (is_even && x.high <= 0) f.slope = Shape1::Slope::falling;
    const Facts shaped = composed(f, u);
    result.curve = shaped.curve;
    result.is_strict = shaped.is_strict;
    result.is_log_convex = u.is_log_convex && !u.shift;
    return result;
  }

  static Facts quotient(const Facts& a, const Facts& b) { return multiplied(a, reciprocal(b)); }

  // where(q < p, p, q) is the larger of both, in whatever way it is written.
  Facts chosen(ir::ValueId value, std::span<const ir::ValueId> operands) {
    const Facts& yes = facts_[operands[1]];
    const Facts& no = facts_[operands[2]];
    Facts result;
    result.bounds = {std::min(yes.bounds.low, no.bounds.low), std::max(yes.bounds.high, no.bounds.high)};
    if (facts_[operands[0]].is_constant()) {
      const bool same = yes.curve == no.curve || no.is_constant() || yes.is_constant();
      if (same && !yes.shift && !no.shift) result.curve = yes.is_constant() ? no.curve : yes.curve;
      return result;
    }
    const auto smaller = [&] { return negated(larger(negated(yes), negated(no))); };
    if (const auto found = takes_larger_.find(value); found != takes_larger_.end()) {
      return found->second ? larger(yes, no) : smaller();
    }
    const ir::NodeId test = graph_.values()[operands[0]].node;
    if (test == ir::no_node) return result;
    const ir::Node& comparison = graph_.nodes()[test];
    const bool is_less = comparison.primitive == &primitives::less || comparison.primitive == &primitives::less_equal;
    if (!is_less) return result;
    const std::span<const ir::ValueId> sides = graph_.operands(comparison);
    if (is_same(sides[0], operands[2]) && is_same(sides[1], operands[1])) return larger(yes, no);
    if (is_same(sides[0], operands[1]) && is_same(sides[1], operands[2])) return smaller();
    return result;
  }

  // The same numbers: one value seen through the same view, or constants that are one number.
  [[nodiscard]] bool is_same(ir::ValueId a, ir::ValueId b) const {
    if (a == b || views_[a] == views_[b]) return true;
    const Facts& x = facts_[a];
    const Facts& y = facts_[b];
    return x.is_constant() && y.is_constant() && x.bounds.low == x.bounds.high && y.bounds.low == y.bounds.high &&
           x.bounds.low == y.bounds.low;
  }

  Facts joined(std::span<const ir::ValueId> operands) {
    Facts result = moved(facts_[operands[0]], Elements::some);
    for (const ir::ValueId operand : operands.subspan(1)) {
      const Facts next = moved(facts_[operand], Elements::some);
      const bool both_convex = result.is_convex() && next.is_convex();
      const bool both_concave = result.is_concave() && next.is_concave();
      const bool both_affine = both_convex && both_concave;
      result.curve = both_affine    ? Curve::affine
                     : both_convex  ? Curve::convex
                     : both_concave ? Curve::concave
                                    : Curve::unknown;
      result.bounds = {std::min(result.bounds.low, next.bounds.low), std::max(result.bounds.high, next.bounds.high)};
      result.is_log_convex = result.is_log_convex && next.is_log_convex;
    }
    return result;
  }

  // Sums of products with constants of one sign; of an affine value with any constants.
  static Facts matrix_product(const Facts& a, const Facts& b) {
    Facts result;
    if (!a.is_constant() && !b.is_constant()) return result;
    const Facts& factor = a.is_constant() ? a : b;
    const Facts& x = a.is_constant() ? b : a;
    const Facts product = multiplied(factor, x);
    if (!product.shift) result.curve = product.curve;
    if (product.bounds.is_nonnegative()) result.bounds.low = 0;
    if (product.bounds.is_nonpositive()) result.bounds.high = 0;
    return result;
  }

  const ir::Graph& graph_;
  std::map<ir::ValueId, std::vector<ir::ValueId>> lengths_;
  std::map<ir::ValueId, bool> takes_larger_;
  std::vector<Facts> facts_;
  std::vector<View> views_;
};

}  // namespace

Convexity convexity(const ir::Traced& loss) {
  const Analysis analysis(loss);
  const Facts& facts = analysis.of(loss.graph.outputs().front());
  if (!facts.is_convex()) return Convexity::unknown;
  return facts.is_strict ? Convexity::strictly_convex : Convexity::convex;
}

std::vector<Bounds> value_bounds(const ir::Traced& loss) {
  const Analysis analysis(loss);
  std::vector<Bounds> result;
  for (ir::ValueId value = 0; value < loss.graph.values().size(); ++value) result.push_back(analysis.of(value).bounds);
  return result;
}

}  // namespace downhill::analysis
