#pragma once
#include <downhill/array.hpp>

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

/// What an expression of a formula is worth.
namespace downhill::formula {

struct Value;

/// `[a, b, c]` or `(a, b)` before anything needs it as an array.
struct List {
  std::vector<Value> items;
};

/// `None`.
struct Nothing {};

/// A plain number is kept apart from arrays, so that it can say an axis, a length or an index. Numbers known only when the
/// formula runs are arrays.
struct Value {
  std::variant<double, Array, List, Nothing, DType> content;

  [[nodiscard]] bool is_number() const { return std::holds_alternative<double>(content); }
  [[nodiscard]] bool is_nothing() const { return std::holds_alternative<Nothing>(content); }
  [[nodiscard]] const List* list() const { return std::get_if<List>(&content); }
};

/// The value as an array: a number becomes a plain number, a list is stacked along a new first axis.
/// Throws ShapeError (`list: rows differ in length: 2 and 1`, `list: it is empty`).
[[nodiscard]] Array to_array(const Value& value);

/// A whole number that is known now. `what` begins the message: `arange: n`. Throws ShapeError.
[[nodiscard]] std::int64_t to_integer(const Value& value, const std::string& what);
/// A number that is known now.
[[nodiscard]] double to_number(const Value& value, const std::string& what);
/// One whole number or a list of them: axes, shapes.
[[nodiscard]] std::vector<std::int64_t> to_integers(const Value& value, const std::string& what);

/// The value in a word or two, for messages: `2.5`, `f64[3]`, `a list`, `None`.
[[nodiscard]] std::string describe(const Value& value);

}  // namespace downhill::formula
