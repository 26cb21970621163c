#pragma once
#include <algorithm>
#include <cstddef>

/// How long an iteration on Hessian-vector products may be.
namespace downhill::optimize {

/// `given`, or where it is 0: 20 + 2 n, up to 1000.
[[nodiscard]] constexpr std::size_t most_products(std::size_t given, std::size_t n) {
  return given > 0 ? given : std::min<std::size_t>(20 + 2 * n, 1000);
}

}  // namespace downhill::optimize
