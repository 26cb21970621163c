#pragma once
#include <downhill/method.hpp>

#include <cstdint>

namespace downhill {

/// The best of points drawn evenly from a box around the start.
///
/// Needs values alone; each batch is evaluated at once. Cost: `samples` values.
/// Reference: Brooks, Operations Research 6 (1958) 244-251.
struct RandomSearch {
  double radius = 1;               ///< half the side of the box, in units of x
  std::uint64_t samples = 10'000;  ///< points drawn in all
  std::uint64_t batch = 64;        ///< points drawn per iteration

  static constexpr std::string_view name = "random_search";
  static constexpr std::string_view doc = "the best of points drawn from a box around the start";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
