#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Lion:  x -= learning_rate sign(beta1 m + (1 - beta1) g),  m = beta2 m + (1 - beta2) g.
///
/// The learning rate is in units of x: every entry moves by it in every step, so that only a schedule that falls closes in.
/// Reference: Chen et al., Symbolic discovery of optimization algorithms, NeurIPS 2023, algorithm 2.
struct Lion {
  Schedule learning_rate = 1e-4;
  double beta1 = 0.9;       ///< weight of the mean in the step, in [0, 1)
  double beta2 = 0.99;      ///< decay of the mean, in [0, 1)
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "lion";
  static constexpr std::string_view doc = "steps of one length against the sign of a mean gradient";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
