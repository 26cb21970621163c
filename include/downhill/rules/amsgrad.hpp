#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// AMSGrad:  m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g²,  w = max(w, v),  x -= learning_rate m / (sqrt(w) + epsilon).
///
/// Without correction for the zero start of m and v, as in the paper. The learning rate is in units of x.
/// Reference: Reddi, Kale & Kumar, On the convergence of Adam and beyond, ICLR 2018, algorithm 2.
struct AmsGrad {
  Schedule learning_rate = 0.001;
  double beta1 = 0.9;       ///< decay of the mean gradient, in [0, 1)
  double beta2 = 0.999;     ///< decay of the mean squared gradient, in [0, 1)
  double epsilon = 1e-8;    ///< in units of the gradient
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "amsgrad";
  static constexpr std::string_view doc = "adam whose divisor never falls";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
