#pragma once
#include <downhill/type.hpp>

#include <cstddef>
#include <memory>

namespace downhill::ir {

/// Bytes aligned to 64, shared and never changed once they are part of an array.
class Buffer {
 public:
  Buffer() = default;
  /// Uninitialised storage. Throws ExecutionError naming the bytes asked for if they cannot be had.
  explicit Buffer(std::size_t bytes);

  [[nodiscard]] std::byte* data() { return data_.get(); }
  [[nodiscard]] const std::byte* data() const { return data_.get(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::shared_ptr<std::byte[]> data_;
  std::size_t bytes_ = 0;
};

/// Numbers of a known type: the value of a constant, row-major.
struct Literal {
  Type type;
  Buffer buffer;

  /// Same type and same bits.
  friend bool operator==(const Literal& a, const Literal& b);
};

[[nodiscard]] std::size_t bytes_of(const Type& type);
[[nodiscard]] Literal make_literal(const Type& type);
[[nodiscard]] Literal scalar_literal(DType dtype, double value);
/// Element `index` (row-major) converted to double.
[[nodiscard]] double element(DType dtype, const void* data, std::int64_t index);
/// Stores `value` converted to `dtype` as element `index` (i32 truncates; bool is value != 0).
void set_element(DType dtype, void* data, std::int64_t index, double value);

}  // namespace downhill::ir
