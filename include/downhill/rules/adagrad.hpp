#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// AdaGrad:  v += g²,  x -= learning_rate g / (sqrt(v) + epsilon).
///
/// The learning rate is in units of x: the first step of every entry is learning_rate.
/// Reference: Duchi, Hazan & Singer, J. Mach. Learn. Res. 12 (2011) 2121-2159, figure 1 (diagonal).
struct AdaGrad {
  Schedule learning_rate = 0.01;
  double epsilon = 1e-10;   ///< in units of the gradient
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "adagrad";
  static constexpr std::string_view doc = "steps divided by the root of all squared gradients so far";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
