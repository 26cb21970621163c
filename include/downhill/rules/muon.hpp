#pragma once
#include <downhill/rule.hpp>
#include <downhill/rules/sgd.hpp>

namespace downhill {

/// Muon, for arrays of two or more axes, which count as matrices [first axis, all others]:
/// m = momentum m + g,  b = g + momentum m (m itself with nesterov=no),  O = b / (‖b‖_F + epsilon),
/// O = 3.4445 O - 4.7750 (O Oᵀ) O + 2.0315 (O Oᵀ)² O, `iterations` times: about U Vᵀ of b = U Σ Vᵀ, singular values in (0.7, 1.2),
/// x -= learning_rate 0.2 sqrt(max(rows, columns)) O.
///
/// The factor gives a step the root mean square that Adam's has, so that one learning rate, in units of x, suits all arrays: scalars and
/// vectors take the step of `adam` with beta1, beta2 and epsilon. As a method, which sees one flat x, it is `adam`.
/// Reference: Jordan et al., Muon (2024), kellerjordan.github.io/posts/muon; the factor: Liu et al., arXiv:2502.16982 (2025), equation (4).
struct Muon {
  Schedule learning_rate = 0.001;
  double momentum = 0.95;  ///< of matrices, in [0, 1)
  Lookahead nesterov = Lookahead::yes;
  int iterations = 5;       ///< of Newton and Schulz
  double beta1 = 0.9;       ///< of vectors; see adam
  double beta2 = 0.999;     ///< of vectors; see adam
  double epsilon = 1e-8;    ///< in units of the gradient
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "muon";
  static constexpr std::string_view doc = "matrices: momentum made orthogonal; vectors: adam";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
