#pragma once
#include <cstddef>
#include <vector>

namespace downhill {

/// Asks that memory not yet written be mapped in large pages, where there are any: many megabytes that are read here and there then need few
/// address translations, and are there sooner.
void prefer_large_pages(void* memory, std::size_t bytes);

/// Room for so many numbers in such memory.
template <class T>
void reserve_in_large_pages(std::vector<T>& numbers, std::size_t count) {
  numbers.reserve(count);
  prefer_large_pages(numbers.data(), count * sizeof(T));
}

}  // namespace downhill
