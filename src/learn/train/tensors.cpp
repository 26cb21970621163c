#include "learn/train/tensors.hpp"

#include <cstring>
#include <new>

#include "support/large_pages.hpp"

namespace downhill::learn {
namespace {

constexpr std::size_t alignment = 64;

std::size_t bytes_of(const Type& type) { return static_cast<std::size_t>(type.shape.size()) * size_of(type.dtype); }

}  // namespace

void Tensors::Free::operator()(std::byte* memory) const { ::operator delete[](memory, std::align_val_t{alignment}); }

Tensors::Tensors(const std::vector<Type>& types) : types_(types) {
  std::size_t end = 0;
  for (const Type& type : types_) {
    offsets_.push_back(end);
    end += (bytes_of(type) + alignment - 1) / alignment * alignment;
  }
  memory_.reset(static_cast<std::byte*>(::operator new[](end + alignment, std::align_val_t{alignment})));
  prefer_large_pages(memory_.get(), end);
  std::memset(memory_.get(), 0, end);
}

std::size_t Tensors::bytes(std::size_t k) const { return bytes_of(types_[k]); }

void Tensors::set(std::size_t k, const void* numbers) { std::memcpy(data(k), numbers, bytes(k)); }

Array Tensors::array(std::size_t k) const {
  const auto count = static_cast<std::size_t>(types_[k].shape.size());
  std::vector<double> values(count);
  if (types_[k].dtype == DType::f64) {
    std::memcpy(values.data(), data(k), bytes(k));
  } else {
    const auto* numbers = static_cast<const float*>(data(k));
    for (std::size_t i = 0; i < count; ++i) values[i] = static_cast<double>(numbers[i]);
  }
  return {values, types_[k].shape, types_[k].dtype};
}

}  // namespace downhill::learn
