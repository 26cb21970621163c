#pragma once
#include "ir/trace.hpp"

#include <cstdint>
#include <vector>

namespace downhill::analysis {

/// What a `where` that compares two values takes of its two sides.
enum class Taken : std::uint8_t {
  unknown,
  larger,   ///< always the larger one
  smaller,  ///< always the smaller one
};

/// Of every value of a traced loss. A where(low < high, first, second) takes the larger, or the smaller, of its sides if these differ by
/// a constant multiple of high - low, as in where(e > 0, 0.9 e, -0.1 e): so they agree where the choice changes. What they differ by is
/// compared as sums of multiples of values, constants by their numbers, to 16 roundings. Cost: that of computing these constants.
[[nodiscard]] std::vector<Taken> taken_by_choices(const ir::Traced& loss);

}  // namespace downhill::analysis
