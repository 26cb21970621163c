#include "ir/buffer.hpp"

#include <downhill/error.hpp>

#include <fmt/format.h>

#include <cstring>
#include <new>

namespace downhill::ir {

Buffer::Buffer(std::size_t bytes) : bytes_(bytes) {
  constexpr std::align_val_t alignment{64};
  auto* raw = static_cast<std::byte*>(::operator new[](bytes == 0 ? 1 : bytes, alignment, std::nothrow));
  if (raw == nullptr) {
    throw ExecutionError(fmt::format("array: out of memory: {} bytes asked for", bytes));
  }
  data_ = std::shared_ptr<std::byte[]>(raw, [](std::byte* p) { ::operator delete[](p, alignment); });
}

bool operator==(const Literal& a, const Literal& b) {
  return a.type == b.type && std::memcmp(a.buffer.data(), b.buffer.data(), a.buffer.bytes()) == 0;
}

std::size_t bytes_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()) * size_of(type.dtype); }

Literal make_literal(const Type& type) { return {type, Buffer(bytes_of(type))}; }

Literal scalar_literal(DType dtype, double value) {
  Literal literal = make_literal({dtype, {}});
  set_element(dtype, literal.buffer.data(), 0, value);
  return literal;
}

double element(DType dtype, const void* data, std::int64_t index) {
  switch (dtype) {
    case DType::f64: return static_cast<const double*>(data)[index];
    case DType::f32: return static_cast<double>(static_cast<const float*>(data)[index]);
    case DType::i32: return static_cast<double>(static_cast<const std::int32_t*>(data)[index]);
    case DType::boolean: return static_cast<const std::uint8_t*>(data)[index] != 0 ? 1.0 : 0.0;
  }
  return 0;
}

void set_element(DType dtype, void* data, std::int64_t index, double value) {
  switch (dtype) {
    case DType::f64: static_cast<double*>(data)[index] = value; break;
    case DType::f32: static_cast<float*>(data)[index] = static_cast<float>(value); break;
    case DType::i32: static_cast<std::int32_t*>(data)[index] = static_cast<std::int32_t>(value); break;
    case DType::boolean: static_cast<std::uint8_t*>(data)[index] = value != 0 ? 1 : 0; break;
  }
}

}  // namespace downhill::ir
