#pragma once
#include <downhill/learn/layer.hpp>

#include <string_view>
#include <vector>

namespace downhill::learn {

/// [samples, a, b, …] as [samples, a b …]
struct Flatten {
  static constexpr std::string_view name = "flatten";
  static constexpr std::string_view doc = "each sample as one vector";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
