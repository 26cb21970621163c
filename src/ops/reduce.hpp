#pragma once
#include "ir/primitive.hpp"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

/// The documented order of reductions (ir/loops.hpp, Reduction), on elements given by a function of their index.
namespace downhill::ops {

inline constexpr std::int64_t reduction_block = 1024;

/// Partial results a block is cut into: 8 for f64, 16 for f32 and i32.
template <class T>
inline constexpr std::int64_t reduction_lanes = sizeof(T) == 8 ? 8 : 16;

template <ir::Combine combine, class T>
T identity() {
  if constexpr (combine == ir::Combine::sum) {
    return std::is_integral_v<T> ? T(0) : T(-0.0);
  } else if constexpr (combine == ir::Combine::product) {
    return T(1);
  } else if constexpr (std::is_integral_v<T>) {
    return combine == ir::Combine::maximum ? std::numeric_limits<T>::min() : std::numeric_limits<T>::max();
  } else {
    return combine == ir::Combine::maximum ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  }
}

template <ir::Combine combine, class T>
T combined(T a, T b) {
  if constexpr (std::is_integral_v<T> && (combine == ir::Combine::sum || combine == ir::Combine::product)) {
    const auto x = static_cast<std::uint32_t>(a);
    const auto y = static_cast<std::uint32_t>(b);
    return static_cast<T>(combine == ir::Combine::sum ? x + y : x * y);
  } else if constexpr (combine == ir::Combine::sum) {
    return a + b;
  } else if constexpr (combine == ir::Combine::product) {
    return a * b;
  } else if constexpr (std::is_integral_v<T>) {
    return (combine == ir::Combine::maximum) == (a < b) ? b : a;
  } else {
    if (a != a || b != b) {
      return a + b;
    }
    if (a == b) {  // -0 is below +0
      return std::signbit(a) == (combine == ir::Combine::maximum) ? b : a;
    }
    return (combine == ir::Combine::maximum) == (a < b) ? b : a;
  }
}

/// Results of blocks begin … end-1, combined pairwise, split at the largest power of two below their number.
template <ir::Combine combine, class Block>
auto reduce_blocks(std::int64_t begin, std::int64_t end, const Block& block) {
  if (end - begin == 1) {
    return block(begin);
  }
  std::int64_t half = 1;
  while (2 * half < end - begin) {
    half *= 2;
  }
  const auto low = reduce_blocks<combine>(begin, begin + half, block);
  return combined<combine>(low, reduce_blocks<combine>(begin + half, end, block));
}

/// Elements at(0) … at(count - 1) combined.
template <ir::Combine combine, class At>
auto reduce(std::int64_t count, const At& at) {
  using T = std::decay_t<decltype(at(std::int64_t{0}))>;
  if (count == 0) {
    return combine == ir::Combine::sum ? T(0) : identity<combine, T>();
  }
  return reduce_blocks<combine>(0, (count + reduction_block - 1) / reduction_block, [&](std::int64_t block) {
    constexpr std::int64_t lanes = reduction_lanes<T>;
    T partial[lanes];
    for (T& p : partial) {
      p = identity<combine, T>();
    }
    const std::int64_t end = std::min(count, (block + 1) * reduction_block);
    for (std::int64_t r = block * reduction_block; r < end; ++r) {
      T& p = partial[r % lanes];
      p = combined<combine>(p, at(r));
    }
    for (std::int64_t width = lanes / 2; width > 0; width /= 2) {
      for (std::int64_t lane = 0; lane < width; ++lane) {
        partial[lane] = combined<combine>(partial[lane], partial[lane + width]);
      }
    }
    return partial[0];
  });
}

/// Offsets of the elements of an array: of the kept indices and, relative to these, of the reduced ones, each in
/// row-major order.
struct ReductionLayout {
  std::vector<std::int64_t> kept;
  std::vector<std::int64_t> reduced;
};

[[nodiscard]] ReductionLayout reduction_layout(const Shape& shape, const std::vector<std::int64_t>& axes);

}  // namespace downhill::ops
