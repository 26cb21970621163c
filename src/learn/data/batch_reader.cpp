#include "learn/data/batch_reader.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <limits>

#include "learn/data/byte_numbers.hpp"

namespace downhill::learn {
namespace {

template <class T>
void copy_rows(const std::vector<T>& from, std::size_t width, std::span<const std::int32_t> rows, T* to) {
  for (const std::int32_t row : rows) {
    std::memcpy(to, from.data() + static_cast<std::size_t>(row) * width, width * sizeof(T));
    to += width;
  }
}

// What is common to all of them becomes exactly 0.
void numbers_above(const std::uint8_t* bytes, std::size_t count, int lowest, float factor, float* to) {
  for (std::size_t k = 0; k < count; ++k) to[k] = static_cast<float>(int{bytes[k]} - lowest) * factor;
}

int lowest_of(std::span<const std::uint8_t> bytes) {
  constexpr std::size_t piece = 4096;
  std::uint8_t lowest = std::numeric_limits<std::uint8_t>::max();
  while (!bytes.empty() && lowest > 0) {
    const auto first = bytes.first(std::min(piece, bytes.size()));
    for (const std::uint8_t one : first) lowest = std::min(lowest, one);
    bytes = bytes.subspan(first.size());
  }
  return lowest;
}

}  // namespace

BatchReader::BatchReader(const DataSet& data) : data_(data), width_(static_cast<std::size_t>(data.sample.size())) {
  const std::size_t needed = static_cast<std::size_t>(data.samples()) * width_;
  if (data.feature_count() < needed) {
    throw InputError(fmt::format("data: {} samples of shape {} have {} features: {} are needed", data.samples(),
                                 to_string(data.sample), data.feature_count(), needed));
  }
  const std::vector<std::uint8_t>& bytes = data.packed.bytes;
  if (bytes.empty()) return;
  numbers_ = numbers_of(data.packed);
  lowest_ = lowest_of(bytes);
}

float BatchReader::read_features(std::span<const std::int32_t> rows, Origin origin, float* to) const {
  const std::vector<std::uint8_t>& bytes = data_.packed.bytes;
  if (bytes.empty()) {
    copy_rows(data_.features, width_, rows, to);
    const std::span<float> all(to, rows.size() * width_);
    if (origin == Origin::zero || all.empty()) return 0;
    const float lowest = std::ranges::min(all);
    for (float& number : all) number -= lowest;
    return lowest;
  }
  for (const std::int32_t row : rows) {
    const std::uint8_t* const from = bytes.data() + static_cast<std::size_t>(row) * width_;
    if (origin == Origin::lowest) {
      numbers_above(from, width_, lowest_, 1 / data_.packed.deviation, to);
    } else {
      std::transform(from, from + width_, to, [&](std::uint8_t byte) { return numbers_[byte]; });
    }
    to += width_;
  }
  return origin == Origin::zero ? 0 : numbers_[static_cast<std::size_t>(lowest_)];
}

void BatchReader::read_targets(std::span<const std::int32_t> rows, void* to) const {
  if (data_.is_classification()) {
    copy_rows(data_.labels, 1, rows, static_cast<std::int32_t*>(to));
  } else {
    copy_rows(data_.targets, static_cast<std::size_t>(data_.outputs), rows, static_cast<float*>(to));
  }
}

const void* BatchReader::row(std::int32_t row) const {
  const std::size_t place = static_cast<std::size_t>(row) * width_;
  if (data_.packed.bytes.empty()) return data_.features.data() + place;
  return data_.packed.bytes.data() + place;
}

std::size_t BatchReader::row_bytes() const { return width_ * (data_.packed.bytes.empty() ? sizeof(float) : 1); }

}  // namespace downhill::learn
