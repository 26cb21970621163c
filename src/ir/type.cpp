#include <downhill/error.hpp>
#include <downhill/type.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace downhill {

std::string_view name(DType dtype) {
  switch (dtype) {
    case DType::f64: return "f64";
    case DType::f32: return "f32";
    case DType::i32: return "i32";
    case DType::boolean: return "bool";
  }
  return "?";
}

std::size_t size_of(DType dtype) {
  switch (dtype) {
    case DType::f64: return 8;
    case DType::f32:
    case DType::i32: return 4;
    case DType::boolean: return 1;
  }
  return 0;
}

bool is_real(DType dtype) { return dtype == DType::f64 || dtype == DType::f32; }

std::int64_t Shape::size() const {
  std::int64_t product = 1;
  for (const std::int64_t length : lengths_) {
    if (__builtin_mul_overflow(product, length, &product)) {
      throw ShapeError(fmt::format("shape: number of elements overflows: [{}]", fmt::join(lengths_, ",")));
    }
  }
  return product;
}

std::string to_string(const Shape& shape) { return fmt::format("[{}]", fmt::join(shape.lengths(), ",")); }

std::string to_string(const Type& type) { return fmt::format("{}{}", name(type.dtype), to_string(type.shape)); }

Shape broadcast_shapes(std::string_view operation, const Shape& a, const Shape& b) {
  std::vector<std::int64_t> lengths(std::max(a.rank(), b.rank()));
  for (std::size_t k = 0; k < lengths.size(); ++k) {
    const std::int64_t la = k < a.rank() ? a[a.rank() - 1 - k] : 1;
    const std::int64_t lb = k < b.rank() ? b[b.rank() - 1 - k] : 1;
    if (la != lb && la != 1 && lb != 1) {
      throw ShapeError(fmt::format("{}: shapes do not broadcast: {} and {}", operation, to_string(a), to_string(b)));
    }
    lengths[lengths.size() - 1 - k] = la == 1 ? lb : la;
  }
  return Shape(std::move(lengths));
}

std::vector<std::int64_t> row_major_strides(const Shape& shape) {
  std::vector<std::int64_t> strides(shape.rank());
  std::int64_t stride = 1;
  for (std::size_t axis = shape.rank(); axis-- > 0;) {
    strides[axis] = stride;
    stride *= shape[axis];
  }
  return strides;
}

}  // namespace downhill
