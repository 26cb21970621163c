#pragma once
#include <downhill/convolution.hpp>
#include <downhill/learn/layers/dense.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

namespace downhill::learn {

enum class Border : std::uint8_t { valid, same };
constexpr auto enum_names(Border) {
  return std::array{std::pair{std::string_view("valid"), Border::valid},
                    std::pair{std::string_view("same"), Border::same}};
}

/// Images [height, width] or [height, width, channels] -> [rows, columns, channels]:  weight [size, size, channels / groups, channels],
/// bias [channels]. See conv2d in <downhill/convolution.hpp>.
struct Conv2d {
  std::int64_t channels = 32;
  std::int64_t size = 3;
  std::int64_t stride = 1;
  Border padding = Border::valid;
  std::int64_t dilation = 1;
  std::int64_t groups = 1;
  Bias bias = Bias::yes;
  Initialiser weights = He{};

  static constexpr std::string_view name = "conv2d";
  static constexpr std::string_view doc = "weighted sums over windows that move over an image";
  static std::vector<options::Field> fields();
};

/// The largest of each window.
struct MaxPool {
  std::int64_t size = 2;
  std::int64_t stride = 2;
  Border padding = Border::valid;

  static constexpr std::string_view name = "max_pool";
  static constexpr std::string_view doc = "the largest number of each window";
  static std::vector<options::Field> fields();
};

/// The mean of each window.
struct AveragePool {
  std::int64_t size = 2;
  std::int64_t stride = 2;
  Border padding = Border::valid;

  static constexpr std::string_view name = "average_pool";
  static constexpr std::string_view doc = "the mean of each window";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
