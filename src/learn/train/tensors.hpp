#pragma once
#include <downhill/array.hpp>

#include <cstddef>
#include <memory>
#include <span>
#include <vector>

namespace downhill::learn {

/// Arrays of fixed types side by side in one piece of memory, each aligned to 64 bytes.
class Tensors {
 public:
  Tensors() = default;
  explicit Tensors(const std::vector<Type>& types);

  [[nodiscard]] std::size_t size() const { return types_.size(); }
  [[nodiscard]] const Type& type(std::size_t k) const { return types_[k]; }
  [[nodiscard]] std::size_t bytes(std::size_t k) const;
  [[nodiscard]] void* data(std::size_t k) { return memory_.get() + offsets_[k]; }
  [[nodiscard]] const void* data(std::size_t k) const { return memory_.get() + offsets_[k]; }
  /// The memory of the first `count` arrays.
  [[nodiscard]] std::span<std::byte> first(std::size_t count) { return {memory_.get(), end_of(count)}; }
  [[nodiscard]] std::span<const std::byte> first(std::size_t count) const { return {memory_.get(), end_of(count)}; }
  /// The numbers of array k, which has the same type.
  void set(std::size_t k, const void* numbers);
  [[nodiscard]] Array array(std::size_t k) const;

 private:
  struct Free {
    void operator()(std::byte* memory) const;
  };
  [[nodiscard]] std::size_t end_of(std::size_t count) const {
    return count == 0 ? 0 : offsets_[count - 1] + bytes(count - 1);
  }

  std::vector<Type> types_;
  std::vector<std::size_t> offsets_;
  std::unique_ptr<std::byte[], Free> memory_;
};

}  // namespace downhill::learn
