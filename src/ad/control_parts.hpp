#pragma once
#include <downhill/array.hpp>
#include <downhill/control.hpp>

#include <span>
#include <vector>

/// Pieces that the derivatives and the batches of loops share.
namespace downhill::ad {

/// The arguments of the body from the parts it is given.
inline std::vector<Array> joined(std::span<const Array> constants, std::span<const Array> carry,
                                 std::span<const Array> slices) {
  std::vector<Array> all(constants.begin(), constants.end());
  all.insert(all.end(), carry.begin(), carry.end());
  all.insert(all.end(), slices.begin(), slices.end());
  return all;
}

inline Direction direction_of(bool is_backward) { return is_backward ? Direction::backward : Direction::forward; }

inline std::vector<Array> to_vector(std::span<const Array> arrays) { return {arrays.begin(), arrays.end()}; }

}  // namespace downhill::ad
