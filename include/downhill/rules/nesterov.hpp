#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Nesterov's accelerated gradient:  x_t = y_t - learning_rate g(y_t),  y_{t+1} = x_t + μ (x_t - x_{t-1}).
///
/// Gradients are taken at y, and y is what the rule moves. μ = momentum, or with momentum=none (t - 1) / (t + 2), which suits convex
/// losses that are not strongly convex: f falls as 2‖x₀ - x*‖² / (learning_rate (t + 1)²) for learning_rate <= 1/L.
/// The learning rate is in units of x² / f.
/// Reference: Nesterov, Soviet Math. Dokl. 27 (1983) 372-376; μ as in Su, Boyd & Candès, J. Mach. Learn. Res. 17 (2016), equation (1).
struct Nesterov {
  Schedule learning_rate = 0.01;
  std::optional<double> momentum = 0.9;  ///< in [0, 1)
  double weight_decay = 0;               ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "nesterov";
  static constexpr std::string_view doc = "accelerated gradients: the gradient is taken ahead of x";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
