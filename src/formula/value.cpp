#include "formula/value.hpp"

#include <fmt/format.h>
#include <downhill/operations.hpp>

#include <algorithm>
#include <cmath>

#include "support/numbers.hpp"

#include <downhill/error.hpp>

namespace downhill::formula {
namespace {

// The shape of a nested list of plain numbers, and the numbers; false when something else is in it. Lists nest at most as
// deep as brackets do.
bool collect(const List& list, std::size_t depth, std::vector<std::int64_t>& shape, std::vector<double>& numbers) {
  const auto length = static_cast<std::int64_t>(list.items.size());
  if (depth == shape.size()) shape.push_back(length);
  if (shape[depth] != length) {
    throw ShapeError(fmt::format("list: rows differ in length: {} and {}", shape[depth], length));
  }
  for (const Value& item : list.items) {
    if (const List* inner = item.list()) {
      if (depth + 1 == shape.size() && !numbers.empty()) throw ShapeError("list: a row stands beside a number");
      if (!collect(*inner, depth + 1, shape, numbers)) return false;
    } else if (item.is_number()) {
      if (depth + 1 != shape.size()) throw ShapeError("list: a number stands beside a row");
      numbers.push_back(std::get<double>(item.content));
    } else {
      return false;
    }
  }
  return true;
}

// A number in a stack of arrays takes their type and must have one of its own.
Array strong(const Array& array, DType dtype) {
  return array.is_weak() ? full(array.shape(), array.item(), dtype) : array;
}

Array stacked(const List& list) {
  std::vector<Array> arrays;
  for (const Value& item : list.items) arrays.push_back(to_array(item));
  DType dtype = DType::f64;
  for (const Array& array : arrays) {
    if (!array.is_weak()) dtype = array.dtype();
  }
  for (Array& array : arrays) array = strong(array, dtype);
  return stack(arrays);
}

}  // namespace

Array to_array(const Value& value) {
  if (const auto* array = std::get_if<Array>(&value.content)) return *array;
  if (const auto* number = std::get_if<double>(&value.content)) return Array(*number);
  if (const List* list = value.list()) {
    if (list->items.empty()) throw ShapeError("list: it is empty");
    std::vector<std::int64_t> shape;
    std::vector<double> numbers;
    if (collect(*list, 0, shape, numbers)) return Array(numbers, Shape(shape));
    return stacked(*list);
  }
  throw ShapeError(fmt::format("expected an array, found {}", describe(value)));
}

double to_number(const Value& value, const std::string& what) {
  if (const auto* number = std::get_if<double>(&value.content)) return *number;
  throw ShapeError(fmt::format("{} must be a number that is known beforehand, found {}", what, describe(value)));
}

std::int64_t to_integer(const Value& value, const std::string& what) {
  const double number = to_number(value, what);
  constexpr double largest = 9007199254740992;  // 2^53: beyond it doubles skip integers
  if (std::floor(number) != number || std::abs(number) > largest) {
    throw ShapeError(fmt::format("{} = {} is not an integer", what, shortest(number)));
  }
  return static_cast<std::int64_t>(number);
}

std::vector<std::int64_t> to_integers(const Value& value, const std::string& what) {
  const List* list = value.list();
  if (list == nullptr) return {to_integer(value, what)};
  std::vector<std::int64_t> integers;
  for (const Value& item : list->items) integers.push_back(to_integer(item, what));
  return integers;
}

std::string describe(const Value& value) {
  if (const auto* array = std::get_if<Array>(&value.content)) return to_string(array->type());
  if (const auto* number = std::get_if<double>(&value.content)) return shortest(*number);
  if (const auto* dtype = std::get_if<DType>(&value.content)) return std::string(name(*dtype));
  return value.list() != nullptr ? "a list" : "None";
}

}  // namespace downhill::formula
