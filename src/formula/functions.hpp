#pragma once
#include <downhill/operations.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "formula/value.hpp"

/// The functions that a formula can call: one table of names, parameters and documentation.
namespace downhill::formula {

/// The arguments of one call, in the order of the parameters. Accessors throw ShapeError that names function and parameter.
class Call {
 public:
  Call(std::string_view function, std::vector<std::string_view> parameters, std::vector<std::optional<Value>> arguments)
      : function_(function), parameters_(std::move(parameters)), arguments_(std::move(arguments)) {}

  /// Whether the argument was given and is not None.
  [[nodiscard]] bool has(std::size_t i) const { return arguments_[i].has_value() && !arguments_[i]->is_nothing(); }
  [[nodiscard]] const Value& value(std::size_t i) const { return *arguments_[i]; }
  [[nodiscard]] Array array(std::size_t i) const { return to_array(value(i)); }
  [[nodiscard]] std::vector<Array> arrays(std::size_t i) const;
  [[nodiscard]] double number(std::size_t i) const { return to_number(value(i), what(i)); }
  [[nodiscard]] double number(std::size_t i, double otherwise) const { return has(i) ? number(i) : otherwise; }
  [[nodiscard]] std::int64_t integer(std::size_t i) const { return to_integer(value(i), what(i)); }
  [[nodiscard]] std::int64_t integer(std::size_t i, std::int64_t otherwise) const {
    return has(i) ? integer(i) : otherwise;
  }
  [[nodiscard]] std::vector<std::int64_t> integers(std::size_t i) const { return to_integers(value(i), what(i)); }
  /// Lengths of a shape, checked to be at least 0 (or -1 where that is allowed) and to describe at most 2^31 elements.
  [[nodiscard]] Shape shape(std::size_t i, std::int64_t least = 0) const;
  [[nodiscard]] std::int64_t length(std::size_t i) const;
  [[nodiscard]] Axes axes(std::size_t i) const;
  [[nodiscard]] DType dtype(std::size_t i, DType otherwise) const;

 private:
  [[nodiscard]] std::string what(std::size_t i) const;

  std::string_view function_;
  std::vector<std::string_view> parameters_;
  std::vector<std::optional<Value>> arguments_;
};

/// One row of the table.
struct Function {
  std::string_view name;
  std::string_view parameters;  ///< "x, axis=None": those with a default may be left out
  Value (*call)(const Call&);
  std::string_view doc;
};

/// All functions, sorted by name.
[[nodiscard]] std::span<const Function> functions();

/// The function called `name`, or nullptr.
[[nodiscard]] const Function* find_function(std::string_view name);

/// An argument as written: its name is empty when it is positional.
struct GivenArgument {
  std::string name;
  Value value;
};

/// Calls `function`. Throws ShapeError for arguments that are missing, unknown or unfit.
[[nodiscard]] Value call(const Function& function, std::vector<GivenArgument> arguments);

}  // namespace downhill::formula
