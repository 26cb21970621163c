#pragma once
#include <cstdint>
#include <vector>

namespace downhill::learn {

/// Streams of random numbers of one seed: epochs count from 0.
inline constexpr std::uint64_t held_out_stream = ~std::uint64_t{0};

/// 0, …, count - 1 in an order that depends on seed and stream alone (Fisher & Yates, as Durstenfeld, CACM 7 (1964) 420).
[[nodiscard]] std::vector<std::int32_t> random_order(std::int64_t count, std::uint64_t seed, std::uint64_t stream);

}  // namespace downhill::learn
