#pragma once
#include <downhill/bounds.hpp>

#include <string_view>

namespace downhill::app {

class FlatVariables;

/// Reads bounds on the variables of a start:
///
///     bounds = bound { ("," | ";" | newline) bound }
///     bound  = target "=" "[" lower "," upper "]" | lower "<=" target | target "<=" upper | lower "<=" target "<=" upper
///            | target "==" value                                                    and the same with ">="
///
/// where a target is a variable or a subscript of one, `x`, `x[0]`, `A[1:, 0]`, and the others are formulas without variables, of numbers
/// or arrays that fit the target. A variable without a bound on a side has none there.
/// name: of the text, in messages. Throws InputError for unknown variables, wrong shapes, a side given twice, lower bounds above
/// upper ones and NaN.
[[nodiscard]] Bounds read_bounds(std::string_view text, std::string_view name, const FlatVariables& variables);

}  // namespace downhill::app
