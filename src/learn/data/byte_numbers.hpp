#pragma once
#include <downhill/learn/data.hpp>

#include <array>

namespace downhill::learn {

/// What each byte stands for.
[[nodiscard]] std::array<float, 256> numbers_of(const ByteNumbers& packed);

/// See measure_normalisation; `scaling` is overall or range, and there are bytes.
[[nodiscard]] Normalisation measure_overall(const ByteNumbers& packed, Scaling scaling);

}  // namespace downhill::learn
