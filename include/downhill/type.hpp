#pragma once
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// Element types and static shapes of arrays.
namespace downhill {

/// Element type of an array: 64- and 32-bit IEEE 754 reals, 32-bit integers, truth values (one byte each).
enum class DType : std::uint8_t { f64, f32, i32, boolean };

/// "f64", "f32", "i32" or "bool".
[[nodiscard]] std::string_view name(DType dtype);
/// Bytes of one element: 8, 4, 4, 1.
[[nodiscard]] std::size_t size_of(DType dtype);
[[nodiscard]] bool is_real(DType dtype);

/// Lengths of the axes of an array, outermost first; no axes for a scalar. An axis may have length 0.
class Shape {
 public:
  Shape() = default;
  Shape(std::initializer_list<std::int64_t> lengths) : lengths_(lengths) {}
  explicit Shape(std::vector<std::int64_t> lengths) : lengths_(std::move(lengths)) {}

  [[nodiscard]] std::size_t rank() const { return lengths_.size(); }
  /// Number of elements: the product of the lengths, 1 for a scalar.
  [[nodiscard]] std::int64_t size() const;
  [[nodiscard]] std::int64_t operator[](std::size_t axis) const { return lengths_[axis]; }
  std::int64_t& operator[](std::size_t axis) { return lengths_[axis]; }
  [[nodiscard]] const std::vector<std::int64_t>& lengths() const { return lengths_; }
  [[nodiscard]] auto begin() const { return lengths_.begin(); }
  [[nodiscard]] auto end() const { return lengths_.end(); }
  friend bool operator==(const Shape&, const Shape&) = default;

 private:
  std::vector<std::int64_t> lengths_;
};

/// Element type and shape of a value. Printed as `f64[3,4]`, a scalar as `f64[]`.
struct Type {
  DType dtype = DType::f64;
  Shape shape;
  friend bool operator==(const Type&, const Type&) = default;
};

[[nodiscard]] std::string to_string(const Shape& shape);
[[nodiscard]] std::string to_string(const Type& type);

/// The shape that two shapes broadcast to by numpy's rule: axes aligned at the end, lengths equal or 1.
/// Throws ShapeError naming `operation` and both shapes if there is none.
[[nodiscard]] Shape broadcast_shapes(std::string_view operation, const Shape& a, const Shape& b);

/// Row-major strides in elements.
[[nodiscard]] std::vector<std::int64_t> row_major_strides(const Shape& shape);

}  // namespace downhill
