#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// NAdam:  m = beta1 m + (1 - beta1) g,  v = beta2 v + (1 - beta2) g²,  μ_t = beta1 (1 - 0.96^(momentum_decay t) / 2),
/// m̂ = μ_{t+1} m / (1 - Π_{i<=t+1} μ_i) + (1 - μ_t) g / (1 - Π_{i<=t} μ_i),  x -= learning_rate m̂ / (sqrt(v / (1 - beta2^t)) + epsilon).
///
/// The learning rate is in units of x.
/// Reference: Dozat, Incorporating Nesterov momentum into Adam, ICLR 2016 workshop, with the schedule of its section 4.
struct NAdam {
  Schedule learning_rate = 0.001;
  double beta1 = 0.9;             ///< decay of the mean gradient, in [0, 1)
  double beta2 = 0.999;           ///< decay of the mean squared gradient, in [0, 1)
  double epsilon = 1e-8;          ///< in units of the gradient
  double momentum_decay = 0.004;  ///< per step
  double weight_decay = 0;        ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "nadam";
  static constexpr std::string_view doc = "adam with Nesterov's look-ahead";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
