#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// RMSProp:  v = decay v + (1 - decay) g²,  x -= learning_rate g / (sqrt(v) + epsilon).
///
/// The learning rate is in units of x.
/// Reference: Tieleman & Hinton, Lecture 6.5 of Neural Networks for Machine Learning (2012).
struct RmsProp {
  Schedule learning_rate = 0.001;
  double decay = 0.9;       ///< of the mean, in [0, 1)
  double epsilon = 1e-8;    ///< in units of the gradient
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "rmsprop";
  static constexpr std::string_view doc = "steps divided by the root of a mean of squared gradients";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
