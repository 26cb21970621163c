#include <fmt/format.h>
#include <fmt/ranges.h>
#include <downhill/error.hpp>

#include "formula/functions.hpp"

namespace downhill::formula {
namespace {

constexpr double most_elements = 2147483648;  // 2^31

struct Parameter {
  std::string_view name;
  bool has_default;
};

// "x, axis=None" into its names.
std::vector<Parameter> split(std::string_view parameters) {
  std::vector<Parameter> result;
  while (!parameters.empty()) {
    const auto end = parameters.find(", ");
    const std::string_view part = parameters.substr(0, end);
    const auto equals = part.find('=');
    result.push_back({part.substr(0, equals), equals != part.npos});
    parameters.remove_prefix(end == parameters.npos ? parameters.size() : end + 2);
  }
  return result;
}

}  // namespace

std::string Call::what(std::size_t i) const { return fmt::format("{}: {}", function_, parameters_[i]); }

std::vector<Array> Call::arrays(std::size_t i) const {
  const List* list = value(i).list();
  if (list == nullptr)
    throw ShapeError(fmt::format("{} must be a list of arrays: write {}((a, b))", what(i), function_));
  std::vector<Array> result;
  for (const Value& item : list->items) result.push_back(to_array(item));
  if (result.empty()) throw ShapeError(fmt::format("{}: the list is empty", function_));
  return result;
}

Shape Call::shape(std::size_t i, std::int64_t least) const {
  std::vector<std::int64_t> lengths = integers(i);
  double elements = 1;
  for (const std::int64_t length : lengths) {
    if (length < least) throw ShapeError(fmt::format("{} has a negative length: {}", what(i), length));
    elements *= static_cast<double>(length);
  }
  if (elements > most_elements) {
    throw ShapeError(fmt::format("{} has too many elements: {:g} is above 2^31", what(i), elements));
  }
  return Shape(std::move(lengths));
}

std::int64_t Call::length(std::size_t i) const {
  const std::int64_t count = integer(i);
  if (count < 0 || static_cast<double>(count) > most_elements) {
    throw ShapeError(fmt::format("{} = {} is outside [0, 2^31]", what(i), count));
  }
  return count;
}

Axes Call::axes(std::size_t i) const { return has(i) ? Axes(integers(i)) : std::nullopt; }

DType Call::dtype(std::size_t i, DType otherwise) const {
  if (!has(i)) return otherwise;
  if (const auto* type = std::get_if<DType>(&value(i).content)) return *type;
  throw ShapeError(fmt::format("{} must be float64, float32, int32 or bool, found {}", what(i), describe(value(i))));
}

Value call(const Function& function, std::vector<GivenArgument> given) {
  const std::vector<Parameter> parameters = split(function.parameters);
  std::vector<std::string_view> names;
  for (const Parameter& parameter : parameters) names.push_back(parameter.name);
  std::vector<std::optional<Value>> arguments(parameters.size());
  std::size_t position = 0;
  for (GivenArgument& argument : given) {
    std::size_t i = position;
    if (argument.name.empty()) {
      if (++position > parameters.size()) {
        throw ShapeError(fmt::format("{}: too many arguments: {} given, {}({}) takes {}", function.name, given.size(),
                                     function.name, function.parameters, parameters.size()));
      }
    } else {
      for (i = 0; i < names.size() && names[i] != argument.name; ++i) {
      }
      if (i == names.size()) {
        throw ShapeError(
            fmt::format("{}: unknown argument '{}' (known: {})", function.name, argument.name, fmt::join(names, ", ")));
      }
    }
    if (arguments[i].has_value()) throw ShapeError(fmt::format("{}: {} is given twice", function.name, names[i]));
    arguments[i] = std::move(argument.value);
  }
  for (std::size_t i = 0; i < parameters.size(); ++i) {
    if (!arguments[i].has_value() && !parameters[i].has_default) {
      throw ShapeError(
          fmt::format("{}: {} is missing: {}({})", function.name, names[i], function.name, function.parameters));
    }
  }
  return function.call(Call(function.name, std::move(names), std::move(arguments)));
}

}  // namespace downhill::formula
