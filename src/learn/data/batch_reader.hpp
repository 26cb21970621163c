#pragma once
#include <downhill/learn/data.hpp>

#include <array>
#include <span>
#include <vector>

namespace downhill::learn {

/// What the features of a batch are counted from.
enum class Origin : std::uint8_t {
  zero,
  lowest,  ///< a number that none of them is below, and that many may be: see batch_loss
};

/// Copies samples of a set to where programs read them.
class BatchReader {
 public:
  /// `data` must outlive it. Throws InputError where it has fewer features than its samples need.
  explicit BatchReader(const DataSet& data);

  /// Features of these rows, less the origin, to `to`, row by row. Returns the origin.
  float read_features(std::span<const std::int32_t> rows, Origin origin, float* to) const;
  /// Labels (i32) or targets (f32) of these rows.
  void read_targets(std::span<const std::int32_t> rows, void* to) const;

  /// Where the features of a row begin, and bytes of them.
  [[nodiscard]] const void* row(std::int32_t row) const;
  [[nodiscard]] std::size_t row_bytes() const;

 private:
  const DataSet& data_;
  std::size_t width_;
  std::array<float, 256> numbers_ = {};  // of bytes
  int lowest_ = 0;                       // byte
};

}  // namespace downhill::learn
