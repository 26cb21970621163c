#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace downhill::testing {

/// Where decisions come from: a seed, then splitmix64; or the bytes that a fuzzer gives, then zeros.
class Choices {
 public:
  explicit Choices(std::uint64_t seed) : state_(seed) {}
  Choices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size), is_bytes_(true) {}

  /// A number in [0, n).
  std::size_t below(std::size_t n) { return n <= 1 ? 0 : static_cast<std::size_t>(next() % n); }
  bool chance(std::size_t percent) { return below(100) < percent; }
  template <class T>
  const T& among(const std::vector<T>& all) {
    return all[below(all.size())];
  }
  [[nodiscard]] bool is_exhausted() const { return is_bytes_ && at_ >= size_; }

 private:
  std::uint64_t next() {
    if (is_bytes_) {
      std::uint64_t value = 0;
      for (int k = 0; k < 2; ++k) {
        value = value << 8U | (at_ < size_ ? data_[at_++] : 0U);
      }
      return value;
    }
    state_ += 0x9e3779b97f4a7c15ULL;
    std::uint64_t z = state_;
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
  }
  std::uint64_t state_ = 0;
  const std::uint8_t* data_ = nullptr;
  std::size_t size_ = 0;
  std::size_t at_ = 0;
  bool is_bytes_ = false;
};

}  // namespace downhill::testing
