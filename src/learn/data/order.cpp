#include "learn/data/order.hpp"

#include <numeric>
#include <utility>

#include "optimize/draws.hpp"

namespace downhill::learn {

std::vector<std::int32_t> random_order(std::int64_t count, std::uint64_t seed, std::uint64_t stream) {
  std::vector<std::int32_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  optimize::Draws draws(seed, stream);
  for (std::size_t left = order.size(); left > 1; --left) {
    std::swap(order[left - 1], order[static_cast<std::size_t>(draws.below(left))]);
  }
  return order;
}

}  // namespace downhill::learn
