#include "learn/data/batch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "learn/data/byte_numbers.hpp"
#include "support/checksum.hpp"

namespace downhill::learn {
namespace {

std::vector<double> wide(const std::vector<float>& numbers) { return {numbers.begin(), numbers.end()}; }

std::vector<double> wide(const ByteNumbers& packed) {
  const std::array<float, 256> numbers = numbers_of(packed);
  std::vector<double> result(packed.bytes.size());
  std::ranges::transform(packed.bytes, result.begin(), [&](std::uint8_t b) { return static_cast<double>(numbers[b]); });
  return result;
}

template <class T>
std::string hex_of(const std::vector<T>& numbers) {
  return checksum({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)}).hex();
}

std::string features_text(const DataSet& data) {
  const ByteNumbers& packed = data.packed;
  if (packed.bytes.empty()) return hex_of(data.features);
  return fmt::format("{} {} {}", hex_of(packed.bytes), packed.mean, packed.deviation);
}

}  // namespace

Shape batch_shape(std::int64_t samples, const Shape& sample) {
  std::vector<std::int64_t> lengths{samples};
  lengths.insert(lengths.end(), sample.begin(), sample.end());
  return Shape(lengths);
}

Type features_type(const DataSet& data) {
  const auto width = static_cast<std::size_t>(data.sample.size());
  const std::size_t samples = width == 0 ? 0 : data.feature_count() / width;
  const bool is_bare = data.feature_count() == 0;  // read_idx_folder, on_labels
  return {DType::f32, batch_shape(is_bare ? data.samples() : static_cast<std::int64_t>(samples), data.sample)};
}

Type targets_type(const DataSet& data) {
  if (data.is_classification()) return {DType::i32, {data.samples()}};
  return {DType::f32, {data.samples(), data.outputs}};
}

Array features_array(const DataSet& data, DType dtype) {
  return {data.features.empty() ? wide(data.packed) : wide(data.features), features_type(data).shape, dtype};
}

Array targets_array(const DataSet& data, DType dtype) {
  const Type type = targets_type(data);
  if (!data.is_classification()) return {wide(data.targets), type.shape, dtype};
  return {std::vector<double>(data.labels.begin(), data.labels.end()), type.shape, type.dtype};
}

std::string checksum_of(const DataSet& data) {
  const std::string parts = fmt::format("{} {} {} {} {} {}", to_string(data.sample), data.classes, data.outputs,
                                        features_text(data), hex_of(data.labels), hex_of(data.targets));
  return checksum(parts).hex();
}

}  // namespace downhill::learn
