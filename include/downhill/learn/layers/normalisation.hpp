#pragma once
#include <downhill/learn/layer.hpp>

#include <string_view>
#include <vector>

namespace downhill::learn {

/// y = scale (x - m) / sqrt(v + epsilon) + shift for each index of the last axis, m and v being mean and variance over all others:
/// of the batch in training, the running ones in evaluation.  running <- momentum running + (1 - momentum) batch
///
/// Reference: Ioffe & Szegedy, ICML 2015, algorithms 1 and 2; the running variance is the unbiased one.
struct BatchNorm {
  double momentum = 0.9;  ///< in [0, 1)
  double epsilon = 1e-5;  ///< in units of x²

  static constexpr std::string_view name = "batch_norm";
  static constexpr std::string_view doc = "each channel shifted and scaled by its mean and deviation over the batch";
  static std::vector<options::Field> fields();
};

/// y = scale (x - m) / sqrt(v + epsilon) + shift with mean and variance over the last axis of each sample.
/// Reference: Ba, Kiros & Hinton, arXiv:1607.06450 (2016).
struct LayerNorm {
  double epsilon = 1e-5;  ///< in units of x²

  static constexpr std::string_view name = "layer_norm";
  static constexpr std::string_view doc = "each sample shifted and scaled by its own mean and deviation";
  static std::vector<options::Field> fields();
};

}  // namespace downhill::learn
