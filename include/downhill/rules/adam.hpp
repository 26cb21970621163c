#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Adam:  m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g²,
/// x -= learning_rate (m / (1 - beta1^t)) / (sqrt(v / (1 - beta2^t)) + epsilon).
///
/// The learning rate is in units of x, and about the length of a step of each entry. A rate that falls faster than the root of v, by
/// sqrt(beta2) a step, stops x short.
/// Reference: Kingma & Ba, ICLR 2015, algorithm 1.
struct Adam {
  Schedule learning_rate = 0.001;
  double beta1 = 0.9;       ///< decay of the mean gradient, in [0, 1)
  double beta2 = 0.999;     ///< decay of the mean squared gradient, in [0, 1)
  double epsilon = 1e-8;    ///< in units of the gradient
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "adam";
  static constexpr std::string_view doc = "mean gradients divided by the root of mean squared gradients";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
