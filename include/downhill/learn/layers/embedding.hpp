#pragma once
#include <downhill/learn/initialiser.hpp>
#include <downhill/learn/layer.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace downhill::learn {

/// Whole numbers 0 … vocabulary - 1, of any shape, each become a row of a table:  [time] -> [time, width],  weight [vocabulary, width].
/// A number outside is an ExecutionError when it runs. It must come first: features before it are not scaled.
struct Embedding {
  std::int64_t vocabulary = 1000;
  std::int64_t width = 32;
  Initialiser weights = Glorot{};  ///< with `width` inputs and outputs

  static constexpr std::string_view name = "embedding";
  static constexpr std::string_view doc = "a vector of its own for each whole number";
  static constexpr Takes takes = Takes::indices;
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
