#pragma once
#include <downhill/learn/layer.hpp>

#include <string_view>
#include <vector>

namespace downhill::learn {

/// In training each number becomes 0 with probability `rate` and is divided by 1 - rate otherwise; in evaluation it stays.
/// Reference: Srivastava et al., JMLR 15 (2014) 1929-1958, inverted as usual.
struct Dropout {
  double rate = 0.5;  ///< in [0, 1)

  static constexpr std::string_view name = "dropout";
  static constexpr std::string_view doc = "sets random numbers to 0 in training";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
