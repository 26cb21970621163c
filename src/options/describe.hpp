#pragma once
#include <string>

#include "options/declaration.hpp"

/// Declared options as text for people and as a schema for forms.
namespace downhill::options {

/// A table with one line per option: name, default, range or words, doc. Nested choices name their alternatives.
///
///     armijo: backtracks until f decreases enough
///       sufficient_decrease  0.0001  (0, 1)  c1 in f(x + t p) <= f(x) + c1 t slope
///       contraction          0.5     (0, 1)  factor on the step after a refusal
[[nodiscard]] std::string table(const Declaration& declaration);

/// What an option takes, in words: `number in (0, 1)`, `never | on_increase`, `fixed | armijo`.
[[nodiscard]] std::string accepted(const Field& field);

/// Whether a value of the option may be a struct with this same option, as a method that runs other methods: its alternatives are
/// then listed by name alone.
[[nodiscard]] bool is_recursive(const Field& field, const Declaration& declaration);

/// A JSON object after JSON Schema (2020-12): one property per option with type, default, limits, description and, for
/// nested choices, `oneOf`.
[[nodiscard]] std::string schema(const Declaration& declaration);

}  // namespace downhill::options
