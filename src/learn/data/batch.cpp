#include "learn/data/batch.hpp"

#include <fmt/format.h>

#include <cstddef>
#include <string_view>
#include <vector>

#include "support/checksum.hpp"

namespace downhill::learn {
namespace {

std::vector<double> wide(const std::vector<float>& numbers) { return {numbers.begin(), numbers.end()}; }

template <class T>
std::string hex_of(const std::vector<T>& numbers) {
  return checksum({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)}).hex();
}

}  // namespace

Shape batch_shape(std::int64_t samples, const Shape& sample) {
  std::vector<std::int64_t> lengths{samples};
  lengths.insert(lengths.end(), sample.begin(), sample.end());
  return Shape(lengths);
}

Type features_type(const DataSet& data) {
  const auto width = static_cast<std::size_t>(data.sample.size());
  const std::size_t samples = width == 0 ? 0 : data.features.size() / width;
  const bool is_bare = data.features.empty();  // read_idx_folder, on_labels
  return {DType::f32, batch_shape(is_bare ? data.samples() : static_cast<std::int64_t>(samples), data.sample)};
}

Type targets_type(const DataSet& data) {
  if (data.is_classification()) return {DType::i32, {data.samples()}};
  return {DType::f32, {data.samples(), data.outputs}};
}

const void* targets_of(const DataSet& data) {
  return data.is_classification() ? static_cast<const void*>(data.labels.data()) : data.targets.data();
}

Array features_array(const DataSet& data, DType dtype) {
  return {wide(data.features), features_type(data).shape, dtype};
}

Array targets_array(const DataSet& data, DType dtype) {
  const Type type = targets_type(data);
  if (!data.is_classification()) return {wide(data.targets), type.shape, dtype};
  return {std::vector<double>(data.labels.begin(), data.labels.end()), type.shape, type.dtype};
}

std::string checksum_of(const DataSet& data) {
  const std::string parts = fmt::format("{} {} {} {} {} {}", to_string(data.sample), data.classes, data.outputs,
                                        hex_of(data.features), hex_of(data.labels), hex_of(data.targets));
  return checksum(parts).hex();
}

}  // namespace downhill::learn
