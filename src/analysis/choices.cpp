#include "analysis/choices.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "analysis/constants.hpp"
#include "analysis/known_values.hpp"
#include "ops/primitives.hpp"

namespace downhill::analysis {
namespace {

using ir::ValueId;

constexpr std::size_t most_terms = 16;          // of a sum
constexpr std::int64_t most_elements = 100000;  // of a value that is looked at
constexpr ValueId constant_term = std::numeric_limits<ValueId>::max();

// Factors of the elements of a value, and what their rounding is a part of. One number stands for all elements.
struct Factors {
  std::vector<double> of;
  std::vector<double> size;

  [[nodiscard]] double factor(std::size_t k) const { return of.size() == 1 ? of[0] : of[k]; }
  [[nodiscard]] double magnitude(std::size_t k) const { return size.size() == 1 ? size[0] : size[k]; }
};

// A value as a sum of multiples of others, and a constant.
using Sum = std::map<ValueId, Factors>;

class Comparer {
 public:
  explicit Comparer(const ir::Traced& loss)
      : graph_(loss.graph), is_constant_(constants_of(graph_)), known_(loss, is_constant_, operands_of_sums()) {
    find_same();
  }

  Taken taken(std::span<const ValueId> operands) const {
    if (is_constant_[operands[0]] || graph_.type(operands[1]).shape.size() > most_elements) return Taken::unknown;
    const ir::NodeId test = graph_.values()[operands[0]].node;
    if (test == ir::no_node) return Taken::unknown;
    const ir::Node& comparison = graph_.nodes()[test];
    if (comparison.primitive != &primitives::less && comparison.primitive != &primitives::less_equal)
      return Taken::unknown;
    const std::span<const ValueId> sides = graph_.operands(comparison);
    for (const ValueId value : {sides[0], sides[1], operands[1], operands[2]}) {
      if (graph_.type(value).dtype != DType::f64) return Taken::unknown;
    }
    const std::optional<Sum> apart = difference(operands[1], operands[2]), test_apart = difference(sides[1], sides[0]);
    if (!apart || !test_apart) return Taken::unknown;
    return compared(*apart, *test_apart);
  }

 private:
  [[nodiscard]] std::vector<bool> operands_of_sums() const {
    using namespace primitives;
    std::vector<bool> wanted(graph_.values().size(), false);
    bool any = false;
    for (const ir::Node& node : graph_.nodes()) any = any || node.primitive == &where;
    for (const ir::Node& node : graph_.nodes()) {
      const ir::Primitive* const p = node.primitive;
      const bool is_part =
          p == &where || p == &less || p == &less_equal || p == &add || p == &sub || p == &mul || p == &div;
      if (!any || !is_part || is_constant_[node.first_result]) continue;
      if (graph_.type(node.first_result).shape.size() > most_elements) continue;
      for (const ValueId operand : graph_.operands(node)) wanted[operand] = is_constant_[operand];
    }
    return wanted;
  }

  // Of every value the first that is computed likewise.
  void find_same() {
    std::map<std::pair<const ir::Primitive*, std::vector<ValueId>>, std::vector<const ir::Node*>> seen;
    for (ValueId value = 0; value < graph_.values().size(); ++value) same_.push_back(value);
    for (const ir::Node& node : graph_.nodes()) {
      if (node.result_count != 1) continue;
      std::vector<ValueId> operands;
      for (const ValueId operand : graph_.operands(node)) operands.push_back(same_[operand]);
      std::vector<const ir::Node*>& alike = seen[{node.primitive, std::move(operands)}];
      const auto found = std::ranges::find_if(alike, [&](const ir::Node* other) {
        return *other->attributes == *node.attributes &&
               graph_.type(other->first_result) == graph_.type(node.first_result);
      });
      if (found == alike.end()) {
        alike.push_back(&node);
      } else {
        same_[node.first_result] = (*found)->first_result;
      }
    }
  }

  [[nodiscard]] std::optional<Factors> numbers_of(ValueId value) const {
    const ir::Literal* literal = known_.of(value);
    if (literal == nullptr || literal->type.dtype != DType::f64) return std::nullopt;
    Factors result;
    for (std::int64_t i = 0; i < literal->type.shape.size(); ++i) {
      result.of.push_back(ir::element(DType::f64, literal->buffer.data(), i));
      if (!std::isfinite(result.of.back())) return std::nullopt;
    }
    if (!result.of.empty() && std::ranges::all_of(result.of, [&](double c) { return c == result.of[0]; })) {
      result.of.resize(1);
    }
    result.size = result.of;
    for (double& size : result.size) size = std::abs(size);
    return result;
  }

  template <class Combine>
  static Factors combined(const Factors& a, const Factors& b, const Combine& combine) {
    Factors result;
    const std::size_t count = std::max(a.of.size(), b.of.size());
    for (std::size_t k = 0; k < count; ++k) {
      const auto [factor, size] = combine(a.factor(k), a.magnitude(k), b.factor(k), b.magnitude(k));
      result.of.push_back(factor);
      result.size.push_back(size);
    }
    return result;
  }

  static Sum scaled(Sum sum, const Factors& by, bool divides) {
    for (auto& [value, factors] : sum) {
      factors = combined(factors, by, [&](double a, double size, double b, double) {
        return divides ? std::pair(a / b, size / std::abs(b)) : std::pair(a * b, size * std::abs(b));
      });
    }
    return sum;
  }

  static void add_to(Sum& sum, const Sum& other, double sign) {
    const Factors none{{0}, {0}};
    for (const auto& [value, factors] : other) {
      const auto found = sum.find(value);
      sum[value] = combined(
          found == sum.end() ? none : found->second, factors,
          [&](double a, double a_size, double b, double b_size) { return std::pair(a + sign * b, a_size + b_size); });
    }
  }

  [[nodiscard]] Sum whole(ValueId value) const {
    for (value = same_[value];;
         value = same_[value]) {  // one value spread over a shape is the same however it came there
      const ir::NodeId node = graph_.values()[value].node;
      if (node == ir::no_node || graph_.nodes()[node].primitive != &primitives::broadcast_to) break;
      value = graph_.operands(graph_.nodes()[node])[0];
    }
    return {{value, {{1}, {1}}}};
  }

  // Nothing where a constant is not known.
  [[nodiscard]] std::optional<Sum> sum_of(ValueId value) const {
    using namespace primitives;
    if (is_constant_[value]) {
      auto numbers = numbers_of(value);
      return numbers ? std::optional(Sum{{constant_term, *std::move(numbers)}}) : std::nullopt;
    }
    const ir::NodeId index = graph_.values()[value].node;
    if (index == ir::no_node) return whole(value);
    const ir::Node& node = graph_.nodes()[index];
    const ir::Primitive* const p = node.primitive;
    const std::span<const ValueId> operands = graph_.operands(node);
    const bool is_sum = p == &add || p == &sub;
    const bool is_product = p == &mul && (is_constant_[operands[0]] || is_constant_[operands[1]]);
    const bool is_quotient = p == &div && is_constant_[operands[1]];
    if (!is_sum && !is_product && !is_quotient && p != &neg) return whole(value);
    if (p == &neg) {
      auto sum = sum_of(operands[0]);
      if (sum) sum = scaled(*std::move(sum), {{-1}, {1}}, false);
      return sum;
    }
    if (is_sum) {
      auto first = sum_of(operands[0]), second = sum_of(operands[1]);
      if (!first || !second) return std::nullopt;
      add_to(*first, *second, p == &add ? 1 : -1);
      return first->size() > most_terms ? std::optional(whole(value)) : first;
    }
    const std::size_t constant = is_quotient || is_constant_[operands[1]] ? 1 : 0;
    auto sum = sum_of(operands[1 - constant]);
    const auto by = numbers_of(operands[constant]);
    if (!sum || !by) return std::nullopt;
    return scaled(*std::move(sum), *by, is_quotient);
  }

  [[nodiscard]] std::optional<Sum> difference(ValueId a, ValueId b) const {
    auto result = sum_of(a);
    const auto other = sum_of(b);
    if (!result || !other) return std::nullopt;
    add_to(*result, *other, -1);
    return result;
  }

  // Whether `apart` is a multiple of `test` that is nowhere negative, or nowhere positive.
  static Taken compared(const Sum& apart, const Sum& test) {
    constexpr double roundings = 16 * std::numeric_limits<double>::epsilon();
    std::size_t count = 1;
    for (const Sum* sum : {&apart, &test}) {
      for (const auto& [value, factors] : *sum) count = std::max(count, factors.of.size());
    }
    const Factors none{{0}, {0}};
    const auto of = [&](const Sum& sum, ValueId value) -> const Factors& {
      const auto found = sum.find(value);
      return found == sum.end() ? none : found->second;
    };
    bool is_larger = true, is_smaller = true;
    for (std::size_t k = 0; k < count; ++k) {
      ValueId leading = constant_term;
      double most = 0;
      for (const auto& [value, factors] : test) {
        if (value == constant_term || !(std::abs(factors.factor(k)) > roundings * factors.magnitude(k))) continue;
        if (!(std::abs(factors.factor(k)) > most)) continue;
        leading = value;
        most = std::abs(factors.factor(k));
      }
      if (leading == constant_term) return Taken::unknown;
      const double times = of(apart, leading).factor(k) / of(test, leading).factor(k);
      for (const Sum* sum : {&apart, &test}) {
        for (const auto& [value, factors] : *sum) {
          const Factors &a = of(apart, value), &t = of(test, value);
          const double allowed = roundings * (a.magnitude(k) + std::abs(times) * t.magnitude(k));
          if (!(std::abs(a.factor(k) - times * t.factor(k)) <= allowed)) return Taken::unknown;
        }
      }
      is_larger = is_larger && times >= 0;
      is_smaller = is_smaller && times <= 0;
    }
    return is_larger ? Taken::larger : is_smaller ? Taken::smaller : Taken::unknown;
  }

  const ir::Graph& graph_;
  std::vector<bool> is_constant_;
  KnownValues known_;
  std::vector<ValueId> same_;
};

}  // namespace

std::vector<Taken> taken_by_choices(const ir::Traced& loss) {
  std::vector<Taken> result(loss.graph.values().size(), Taken::unknown);
  const auto nodes = loss.graph.nodes();
  const auto is_choice = [](const ir::Node& node) { return node.primitive == &primitives::where; };
  if (std::ranges::none_of(nodes, is_choice)) return result;
  const Comparer comparer(loss);
  for (const ir::Node& node : nodes) {
    if (is_choice(node) && loss.graph.type(node.first_result).dtype == DType::f64) {
      result[node.first_result] = comparer.taken(loss.graph.operands(node));
    }
  }
  return result;
}

}  // namespace downhill::analysis
