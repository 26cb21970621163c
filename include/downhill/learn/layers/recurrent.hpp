#pragma once
#include <downhill/learn/initialiser.hpp>
#include <downhill/learn/layer.hpp>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

/// Layers that read a sequence [time, features] step by step, an image row by row. They begin with a state of zeros.
namespace downhill::learn {

enum class Kept : std::uint8_t { last, all };
constexpr auto enum_names(Kept) {
  return std::array{std::pair{std::string_view("last"), Kept::last}, std::pair{std::string_view("all"), Kept::all}};
}

/// h = tanh(x W + h U + b):  weight [features, units], recurrent [units, units], bias [units]. Reference: Elman, Cognitive Science 14
/// (1990) 179-211.
struct Rnn {
  std::int64_t units = 64;
  Kept output = Kept::last;  ///< [units] after the last step, or [time, units]
  Initialiser weights = Glorot{};
  Initialiser recurrent = Orthogonal{};

  static constexpr std::string_view name = "rnn";
  static constexpr std::string_view doc = "a state that each step mixes with its input";
  static std::vector<options::Field> fields();
};

/// i, f, o = logistic(x W + h U + b), g = tanh(…), c = f c + i g, h = o tanh(c):  weight [features, 4 units], recurrent [units, 4 units],
/// bias [4 units], in the order i, f, g, o; the bias of f starts at 1.
/// Reference: Hochreiter & Schmidhuber, Neural Computation 9 (1997) 1735-1780; forget gate: Gers, Schmidhuber & Cummins, ibid. 12 (2000).
struct Lstm {
  std::int64_t units = 64;
  Kept output = Kept::last;
  Initialiser weights = Glorot{};
  Initialiser recurrent = Orthogonal{};

  static constexpr std::string_view name = "lstm";
  static constexpr std::string_view doc = "a state that gates keep, forget and show";
  static std::vector<options::Field> fields();
};

/// r, z = logistic(x W + h U + b), n = tanh(x W + b + r (h U + c)), h = (1 - z) n + z h:  weight [features, 3 units], recurrent
/// [units, 3 units], bias [3 units], in the order r, z, n; c is recurrent_bias [units].
/// Reference: Cho et al., EMNLP 2014, with the reset behind the product.
struct Gru {
  std::int64_t units = 64;
  Kept output = Kept::last;
  Initialiser weights = Glorot{};
  Initialiser recurrent = Orthogonal{};

  static constexpr std::string_view name = "gru";
  static constexpr std::string_view doc = "a state that two gates mix with a new one";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
