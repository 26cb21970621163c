#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Adadelta:  v = decay v + (1 - decay) g²,  d = sqrt(u + epsilon) / sqrt(v + epsilon) g,  u = decay u + (1 - decay) d²,
/// x -= learning_rate d.
///
/// The learning rate has no unit, and is 1 in the paper; epsilon is added to squares of gradients and of steps alike.
/// Reference: Zeiler, arXiv:1212.5701 (2012), algorithm 1.
struct AdaDelta {
  Schedule learning_rate = 1;
  double decay = 0.95;      ///< of both means, in [0, 1)
  double epsilon = 1e-6;    ///< in units of gradient², and of x²
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "adadelta";
  static constexpr std::string_view doc = "steps as long as recent ones, without a unit of their own";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
