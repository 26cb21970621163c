#include "exec/passes/simplify.hpp"
#include "ops/primitives.hpp"

#include <cmath>

namespace downhill::exec::passes {
namespace {

using ir::ValueId;
using Result = std::optional<ValueId>;

bool is(std::optional<double> number, double wanted) {
  return number && *number == wanted && std::signbit(*number) == std::signbit(wanted);
}

// 1 / c, if multiplying by it is the same as dividing by c.
std::optional<double> exact_reciprocal(std::optional<double> c, DType dtype) {
  int exponent = 0;
  if (!c || std::fabs(std::frexp(*c, &exponent)) != 0.5) {
    return std::nullopt;
  }
  const int range = dtype == DType::f64 ? 1000 : 120;
  return std::abs(exponent) < range ? std::optional(1 / *c) : std::nullopt;
}

Result sum(const Term& t) {
  const auto [x, y] = std::pair{t.operands[0], t.operands[1]};
  const double nothing = is_real(t.result_type().dtype) ? -0.0 : 0.0;
  if (is(t.uniform(y), nothing)) {
    return x;
  }
  if (is(t.uniform(x), nothing)) {
    return y;
  }
  if (const ir::Node* negated = t.made_by(y, primitives::neg)) {
    return t.add(primitives::sub, {x, t.operand_of(*negated)});
  }
  if (const ir::Node* negated = t.made_by(x, primitives::neg)) {
    return t.add(primitives::sub, {y, t.operand_of(*negated)});
  }
  return std::nullopt;
}

Result difference(const Term& t) {
  if (is(t.uniform(t.operands[1]), 0.0)) {
    return t.operands[0];
  }
  if (const ir::Node* negated = t.made_by(t.operands[1], primitives::neg)) {
    return t.add(primitives::add, {t.operands[0], t.operand_of(*negated)});
  }
  return std::nullopt;
}

Result product(const Term& t, ValueId x, ValueId y) {
  for (const auto& [one, other] : {std::pair{x, y}, std::pair{y, x}}) {
    if (is(t.uniform(one), 1)) {
      return other;
    }
    if (is(t.uniform(one), -1)) {
      return t.add(primitives::neg, {other});
    }
  }
  const ir::Node* a = t.made_by(x, primitives::neg);
  const ir::Node* b = t.made_by(y, primitives::neg);
  if (a != nullptr && b != nullptr) {
    return t.add(primitives::mul, {t.operand_of(*a), t.operand_of(*b)});
  }
  return std::nullopt;
}

Result quotient(const Term& t) {
  const auto divisor = t.uniform(t.operands[1]);
  if (is(divisor, 1)) {
    return t.operands[0];
  }
  if (is(divisor, -1)) {
    return t.add(primitives::neg, {t.operands[0]});
  }
  if (const auto factor = exact_reciprocal(divisor, t.result_type().dtype)) {
    return t.add(primitives::mul, {t.operands[0], t.constant(t.result_type(), *factor)});
  }
  return std::nullopt;
}

// A plain product where the zero that annihilates cannot meet an infinity or NaN.
Result chain(const Term& t) {
  const auto tangent = t.uniform(t.operands[0]);
  const auto factor = t.uniform(t.operands[1]);
  const bool is_plain =
      t.node.primitive == &primitives::chain_mul
          ? (tangent && *tangent != 0) || (factor && std::isfinite(*factor))
          : (tangent && *tangent != 0 && std::isfinite(*tangent)) || (factor && *factor != 0 && std::isfinite(*factor));
  if (!is_plain) {
    return std::nullopt;
  }
  const Result shorter = product(t, t.operands[0], t.operands[1]);
  return shorter ? shorter : t.add(primitives::mul, t.operands);
}

Result choice(const Term& t) {
  if (t.operands[1] == t.operands[2]) {
    return t.operands[1];
  }
  if (const auto condition = t.uniform(t.operands[0])) {
    return t.operands[*condition != 0 ? 1 : 2];
  }
  return std::nullopt;
}

}  // namespace

std::optional<ValueId> simplified_arithmetic(const Term& term) {
  namespace p = primitives;
  const ir::Primitive* primitive = term.node.primitive;
  const ValueId x = term.operands[0];
  if (primitive == &p::add) {
    return sum(term);
  }
  if (primitive == &p::sub) {
    return difference(term);
  }
  if (primitive == &p::mul) {
    return product(term, x, term.operands[1]);
  }
  if (primitive == &p::div) {
    return quotient(term);
  }
  if (primitive == &p::chain_mul || primitive == &p::chain_both) {
    return chain(term);
  }
  if (primitive == &p::where) {
    return choice(term);
  }
  if (primitive == &p::stop_gradient || (primitive == &p::convert && term.type(x) == term.result_type())) {
    return x;
  }
  if (primitive == &p::neg || primitive == &p::logical_not) {
    const ir::Node* inner = term.made_by(x, *primitive);
    return inner != nullptr ? std::optional(term.operand_of(*inner)) : std::nullopt;
  }
  if (primitive == &p::abs) {
    for (const ir::Primitive* dropped : {&p::neg, &p::abs}) {
      if (const ir::Node* inner = term.made_by(x, *dropped); inner != nullptr && is_real(term.type(x).dtype)) {
        return term.add(p::abs, {term.operand_of(*inner)});
      }
    }
  }
  return std::nullopt;
}

}  // namespace downhill::exec::passes
