#pragma once
#include <downhill/learn/initialiser.hpp>
#include <downhill/learn/layer.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace downhill::learn {

enum class Bias : std::uint8_t { no, yes };
constexpr auto enum_names(Bias) {
  return std::array{std::pair{std::string_view("no"), Bias::no}, std::pair{std::string_view("yes"), Bias::yes}};
}

/// y = x W + b over the last axis:  weight [features, units], bias [units].
struct Dense {
  std::int64_t units = 128;
  Bias bias = Bias::yes;  ///< starts at 0
  Initialiser weights = He{};

  static constexpr std::string_view name = "dense";
  static constexpr std::string_view doc = "every output is a weighted sum of all inputs";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
