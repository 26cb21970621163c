#pragma once
#include <downhill/learn/data.hpp>

#include <span>

namespace downhill::learn {

/// The samples with these numbers, in this order.
[[nodiscard]] DataSet rows_of(const DataSet& data, std::span<const std::int32_t> rows);

}  // namespace downhill::learn
