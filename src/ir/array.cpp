#include "ir/trace.hpp"

#include <downhill/array.hpp>
#include <downhill/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace downhill {
namespace {

std::shared_ptr<const ir::ArrayImplementation> concrete(ir::Literal literal, bool weak) {
  auto implementation = std::make_shared<ir::ArrayImplementation>();
  implementation->type = std::move(literal.type);
  implementation->buffer = std::move(literal.buffer);
  implementation->weak = weak;
  return implementation;
}

ir::Literal filled(std::span<const double> values, Shape shape, DType dtype) {
  const Type type{dtype, std::move(shape)};
  if (static_cast<std::int64_t>(values.size()) != type.shape.size()) {
    throw ShapeError(
        fmt::format("array: number of values differs from the shape: {} for {}", values.size(), to_string(type)));
  }
  ir::Literal literal = ir::make_literal(type);
  for (std::size_t k = 0; k < values.size(); ++k) {
    ir::set_element(dtype, literal.buffer.data(), static_cast<std::int64_t>(k), values[k]);
  }
  return literal;
}

Shape vector_shape(std::size_t length) { return {static_cast<std::int64_t>(length)}; }

const ir::ArrayImplementation& numbers_of(const Array& array) {
  const ir::ArrayImplementation& implementation = *array.implementation();
  if (implementation.trace != 0) {
    throw Error(fmt::format(
        "array: numbers of a traced array are read: {} made at {}:{}\n  hint: use where or cond instead of a branch",
        to_string(implementation.type), implementation.where.file_name(), implementation.where.line()));
  }
  return implementation;
}

}  // namespace

Array::Array() : Array(0.0) {}
Array::Array(double value) : implementation_(concrete(ir::scalar_literal(DType::f64, value), true)) {}
Array::Array(int value) : implementation_(concrete(ir::scalar_literal(DType::i32, value), true)) {}
Array::Array(std::initializer_list<double> values) : Array(std::span<const double>(values.begin(), values.size())) {}
Array::Array(std::span<const double> values)
    : implementation_(concrete(filled(values, vector_shape(values.size()), DType::f64), false)) {}
Array::Array(const std::vector<double>& values) : Array(std::span<const double>(values)) {}
Array::Array(std::span<const double> values, Shape shape, DType dtype)
    : implementation_(concrete(filled(values, std::move(shape), dtype), false)) {}
Array::Array(std::initializer_list<double> values, Shape shape, DType dtype)
    : Array(std::span<const double>(values.begin(), values.size()), std::move(shape), dtype) {}
Array::Array(std::shared_ptr<const ir::ArrayImplementation> implementation)
    : implementation_(std::move(implementation)) {}

const Type& Array::type() const { return implementation_->type; }
bool Array::is_traced() const { return implementation_->trace != 0; }
bool Array::is_weak() const { return implementation_->weak; }

double Array::item() const {
  const ir::ArrayImplementation& numbers = numbers_of(*this);
  if (size() != 1) {
    throw ShapeError(fmt::format("item: array has not exactly one element: {}", to_string(type())));
  }
  return ir::element(numbers.type.dtype, numbers.buffer.data(), 0);
}

std::vector<double> Array::values() const {
  const ir::ArrayImplementation& numbers = numbers_of(*this);
  std::vector<double> values(static_cast<std::size_t>(size()));
  for (std::size_t k = 0; k < values.size(); ++k) {
    values[k] = ir::element(numbers.type.dtype, numbers.buffer.data(), static_cast<std::int64_t>(k));
  }
  return values;
}

const void* Array::data() const { return numbers_of(*this).buffer.data(); }

std::string to_string(const Array& array) {
  if (array.is_traced()) {
    const auto& where = array.implementation()->where;
    return fmt::format("traced {} made at {}:{}", to_string(array.type()), where.file_name(), where.line());
  }
  return fmt::format("array([{}], {})", fmt::join(array.values(), ", "), to_string(array.type()));
}

namespace ir {

Array make_array(Literal literal, bool weak) { return Array(concrete(std::move(literal), weak)); }

Literal literal_of(const Array& array) {
  const ArrayImplementation& numbers = numbers_of(array);
  return {numbers.type, numbers.buffer};
}

}  // namespace ir
}  // namespace downhill
