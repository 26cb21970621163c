#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// AdamW: the step of `adam`, and x loses learning_rate weight_decay x.
///
/// The learning rate is in units of x, weight_decay in those of 1 / x times a step.
/// Reference: Loshchilov & Hutter, Decoupled weight decay regularization, ICLR 2019, algorithm 2.
struct AdamW {
  Schedule learning_rate = 0.001;
  double beta1 = 0.9;          ///< decay of the mean gradient, in [0, 1)
  double beta2 = 0.999;        ///< decay of the mean squared gradient, in [0, 1)
  double epsilon = 1e-8;       ///< in units of the gradient
  double weight_decay = 0.01;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "adamw";
  static constexpr std::string_view doc = "adam with weight decay apart from the gradient";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
