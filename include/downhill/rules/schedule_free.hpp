#pragma once
#include <downhill/rule.hpp>

namespace downhill {

/// Schedule-free SGD:  z -= learning_rate g(y),  x = (1 - c) x + c z with c = γ_t² / Σ_{i<=t} γ_i²,  y = (1 - beta) z + beta x,
/// γ_t the learning rate of step t.
///
/// Gradients are taken at y, which the rule moves; the result is the average x. The learning rate is in units of x² / f. It takes no
/// weight_decay, for y is made anew from x and z: add λ/2 ‖x‖² to the loss, as the paper does.
/// Reference: Defazio et al., The road less scheduled, NeurIPS 2024, equations (3)-(5); weights of algorithm 1.
struct ScheduleFree {
  Schedule learning_rate = 0.1;
  double beta = 0.9;  ///< in [0, 1)
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "schedule_free";
  static constexpr std::string_view doc = "averaged descent that needs no schedule";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
