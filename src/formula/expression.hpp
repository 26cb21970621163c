#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "formula/source.hpp"

/// What a formula says, before its names mean anything.
namespace downhill::formula {

/// Index of an expression in its Program. Operands come before the expression that uses them, so that one loop from
/// the front evaluates all of them: no recursion, whatever the length of the formula.
using ExpressionId = std::uint32_t;

enum class Operator : std::uint8_t {
  add,
  subtract,
  multiply,
  divide,
  power,
  matmul,
  negate,
  plus,
  less,
  less_equal,
  greater,
  greater_equal,
  equal,
  not_equal
};

/// `a:b:c` in a subscript, each part optional; or a single index; or `None` (a new axis) or `...`.
struct Subscript {
  enum class Kind : std::uint8_t { index, slice, new_axis, ellipsis };
  Kind kind = Kind::index;
  std::optional<ExpressionId> start;  ///< the index itself for Kind::index
  std::optional<ExpressionId> stop;
  std::optional<ExpressionId> step;
  std::size_t position = 0;
};

struct Argument {
  std::string name;  ///< empty for a positional one
  ExpressionId value = 0;
  std::size_t position = 0;
};

struct Expression {
  enum class Kind : std::uint8_t { number, name, list, unary, binary, subscript, attribute, call };

  Kind kind = Kind::number;
  std::size_t position =
      0;  ///< byte offset of the character errors point at: the operator, the name, the opening bracket
  double number = 0;
  std::string name;                    ///< of a name, an attribute or a called function
  Operator operation = Operator::add;  ///< of unary and binary
  std::vector<ExpressionId> operands;  ///< of list, unary, binary; the object of a subscript or an attribute
  std::vector<Subscript> subscripts;
  std::vector<Argument> arguments;
};

/// `name = value`, or a value alone (empty name).
struct Statement {
  std::string name;
  ExpressionId value = 0;
  std::size_t position = 0;
};

/// A formula: assignments and one last value; or `left ~ right`, whose `left` is then set; or only assignments (a
/// start).
struct Program {
  Source source;
  std::vector<Expression> expressions;
  std::vector<Statement> statements;
  std::optional<ExpressionId> left;
};

}  // namespace downhill::formula
