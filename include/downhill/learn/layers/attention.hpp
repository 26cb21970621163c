#pragma once
#include <downhill/learn/initialiser.hpp>
#include <downhill/learn/layer.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace downhill::learn {

enum class Mask : std::uint8_t { none, causal };
constexpr auto enum_names(Mask) {
  return std::array{std::pair{std::string_view("none"), Mask::none},
                    std::pair{std::string_view("causal"), Mask::causal}};
}

/// Each step of a sequence [time, features] becomes a mean of values over all steps, weighted by softmax(q kᵀ / sqrt(width)), in `heads` ways
/// side by side:  query, key, value [features, heads width], output [heads width, features], bias [features].
/// Reference: Vaswani et al., NeurIPS 2017, section 3.2. Cost: memory O(heads time²) a sample.
struct Attention {
  std::int64_t heads = 4;
  std::int64_t width = 16;  ///< of each head
  Mask mask = Mask::none;   ///< causal: a step sees itself and those before it
  Initialiser weights = Glorot{};

  static constexpr std::string_view name = "attention";
  static constexpr std::string_view doc = "each step of a sequence looks at all steps that are like it";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
