#include "learn/data/rows.hpp"

#include <cstddef>
#include <vector>

#include "support/large_pages.hpp"

namespace downhill::learn {
namespace {

template <class T>
std::vector<T> entries_of(const std::vector<T>& from, std::size_t width, std::span<const std::int32_t> rows) {
  std::vector<T> result;
  if (from.empty()) return result;
  reserve_in_large_pages(result, rows.size() * width);
  for (const std::int32_t row : rows) {
    const auto begin = from.begin() + static_cast<std::ptrdiff_t>(static_cast<std::size_t>(row) * width);
    result.insert(result.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
  }
  return result;
}

}  // namespace

DataSet rows_of(const DataSet& data, std::span<const std::int32_t> rows) {
  DataSet result{.sample = data.sample, .classes = data.classes, .outputs = data.outputs, .names = data.names};
  result.features = entries_of(data.features, static_cast<std::size_t>(data.sample.size()), rows);
  result.packed = {entries_of(data.packed.bytes, static_cast<std::size_t>(data.sample.size()), rows), data.packed.mean,
                   data.packed.deviation};
  result.labels = entries_of(data.labels, 1, rows);
  result.targets = entries_of(data.targets, static_cast<std::size_t>(data.outputs), rows);
  return result;
}

}  // namespace downhill::learn
