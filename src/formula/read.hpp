#pragma once
#include <string>
#include <string_view>

#include "formula/expression.hpp"

/// Text to Program. The grammar is Python's, cut down to expressions and assignments:
///
///     program    = statement { (";" | newline) statement }
///     statement  = [ name "=" ] expression                          newlines inside brackets are blanks; # begins a
///     comment expression = operand { ("+" | "-" | "*" | "/" | "@" | "**" | "<" | "<=" | ">" | ">=" | "==" | "!=")
///     operand } operand    = { "-" | "+" } primary { "[" subscripts "]" | "." name } primary    = number | name [ "("
///     arguments ")" ] | "(" expression ")" | "[" expressions "]" | "(" expressions ")"
///
/// with Python's precedences: ** binds tightest and to the right, then signs, then * / @, then + -, then comparisons.
///
/// All throw InputError that names line and column and shows the place. Text is limited to 1 MiB, brackets to 200
/// levels.
namespace downhill::formula {

/// A loss: assignments, then one expression.
[[nodiscard]] Program read_formula(std::string_view text, std::string_view name = "formula");

/// A model `left ~ right`, assignments before it allowed.
[[nodiscard]] Program read_model(std::string_view text, std::string_view name = "model");

/// Values of variables: assignments separated by commas, semicolons or newlines.
[[nodiscard]] Program read_start(std::string_view text, std::string_view name = "from");

}  // namespace downhill::formula
