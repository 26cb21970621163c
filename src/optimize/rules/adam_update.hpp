#pragma once
#include <downhill/rule.hpp>

#include <vector>

namespace downhill::optimize {

/// The step of Adam (Kingma & Ba 2015, algorithm 1), which other rules take as well. State: m, v.
struct AdamUpdate {
  double beta1 = 0;
  double beta2 = 0;
  double epsilon = 0;

  [[nodiscard]] static std::vector<NamedArray> start(const Array& x);
  [[nodiscard]] RuleOutput step(const RuleInput& in) const;
};

/// 1 - decay^count, f64[], to full accuracy: what the weights of a mean that began at 0 sum up to.
[[nodiscard]] Array weight_of_mean(double decay, const Array& count);

}  // namespace downhill::optimize
