#pragma once
#include <downhill/type.hpp>

#include <memory>
#include <source_location>
#include <span>
#include <string>
#include <vector>

/// Arrays: the values that losses are written in.
namespace downhill {

namespace ir {
struct ArrayImplementation;
}

/// Numbers of a static shape and element type, row-major; immutable, cheap to copy, safe to share between threads.
///
/// Outside a trace the array functions (operations.hpp) run at once. Inside a trace they append to that trace's
/// graph, and such an array has no numbers yet: reading them throws Error naming where the array was made.
class Array {
 public:
  /// The scalar 0.
  Array();
  /// A plain number: a scalar that takes the type of the array it meets.
  Array(double value);  // NOLINT(google-explicit-constructor)
  Array(int value);     // NOLINT(google-explicit-constructor)
  /// A vector f64[n].
  Array(std::initializer_list<double> values);
  explicit Array(std::span<const double> values);
  explicit Array(const std::vector<double>& values);
  /// Row-major values converted to `dtype`; throws ShapeError if their number is not the size of `shape`.
  Array(std::span<const double> values, Shape shape, DType dtype = DType::f64);
  Array(std::initializer_list<double> values, Shape shape, DType dtype = DType::f64);
  explicit Array(std::shared_ptr<const ir::ArrayImplementation> implementation);

  [[nodiscard]] const Type& type() const;
  [[nodiscard]] const Shape& shape() const { return type().shape; }
  [[nodiscard]] DType dtype() const { return type().dtype; }
  [[nodiscard]] std::int64_t size() const { return shape().size(); }
  [[nodiscard]] std::size_t rank() const { return shape().rank(); }

  /// True while the array is a value of a graph under construction and has no numbers.
  [[nodiscard]] bool is_traced() const;
  /// True for a plain number, which takes the type of the array it meets.
  [[nodiscard]] bool is_weak() const;

  /// The only element, converted to double. Throws ShapeError unless size() == 1, Error if traced.
  [[nodiscard]] double item() const;
  /// All elements, row-major, converted to double. Throws Error if traced.
  [[nodiscard]] std::vector<double> values() const;
  /// The bytes of the elements, row-major, valid as long as a copy of this array lives. Throws Error if traced.
  [[nodiscard]] const void* data() const;

  [[nodiscard]] const std::shared_ptr<const ir::ArrayImplementation>& implementation() const { return implementation_; }

 private:
  std::shared_ptr<const ir::ArrayImplementation> implementation_;
};

/// `array([1, 2, 3], f64[3])`, or the type and origin of a traced array.
[[nodiscard]] std::string to_string(const Array& array);

/// An argument of an array function together with the place of the call, so that an error can name it.
struct Operand {
  // NOLINTBEGIN(google-explicit-constructor)
  Operand(const Array& value, std::source_location place = std::source_location::current())
      : array(value), where(place) {}
  Operand(double value, std::source_location place = std::source_location::current()) : array(value), where(place) {}
  Operand(int value, std::source_location place = std::source_location::current()) : array(value), where(place) {}
  Operand(std::initializer_list<double> values, std::source_location place = std::source_location::current())
      : array(values), where(place) {}
  // NOLINTEND(google-explicit-constructor)

  Array array;
  std::source_location where;
};

}  // namespace downhill
