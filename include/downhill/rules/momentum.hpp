#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Heavy ball:  v = momentum v - learning_rate g,  x += v.
///
/// The learning rate is in units of x² / f. Unlike sgd(momentum), a rate that falls does not shorten the part of the step that is
/// repeated.
/// Reference: Polyak, USSR Comput. Math. Math. Phys. 4 (1964) 1-17, equation (9).
struct Momentum {
  Schedule learning_rate = 0.01;
  double momentum = 0.9;    ///< in [0, 1)
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "momentum";
  static constexpr std::string_view doc = "heavy ball: a part of the last step is taken again";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
