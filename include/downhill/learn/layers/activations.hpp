#pragma once
#include <downhill/learn/layer.hpp>

#include <string_view>
#include <vector>

namespace downhill::learn {

/// max(x, 0); slope 0 at 0.
struct Relu {
  static constexpr std::string_view name = "relu";
  static constexpr std::string_view doc = "x where it is positive, else 0";
  static std::vector<options::Field> fields();
};

/// x where it is positive, else slope x. Reference: Maas, Hannun & Ng, ICML 2013.
struct LeakyRelu {
  double slope = 0.01;

  static constexpr std::string_view name = "leaky_relu";
  static constexpr std::string_view doc = "x where it is positive, else a small multiple of it";
  static std::vector<options::Field> fields();
};

struct Tanh {
  static constexpr std::string_view name = "tanh";
  static constexpr std::string_view doc = "hyperbolic tangent";
  static std::vector<options::Field> fields();
};

/// 1 / (1 + exp(-x))
struct Logistic {
  static constexpr std::string_view name = "logistic";
  static constexpr std::string_view doc = "1 / (1 + exp(-x))";
  static std::vector<options::Field> fields();
};

/// log(1 + exp x)
struct Softplus {
  static constexpr std::string_view name = "softplus";
  static constexpr std::string_view doc = "log(1 + exp x), a smooth relu";
  static std::vector<options::Field> fields();
};

/// x Φ(x). Reference: Hendrycks & Gimpel, arXiv:1606.08415 (2016).
struct Gelu {
  static constexpr std::string_view name = "gelu";
  static constexpr std::string_view doc = "x times the normal distribution function of x";
  static std::vector<options::Field> fields();
};

/// x logistic(x). Reference: Elfwing, Uchibe & Doya, Neural Networks 107 (2018) 3-11.
struct Silu {
  static constexpr std::string_view name = "silu";
  static constexpr std::string_view doc = "x logistic(x)";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
