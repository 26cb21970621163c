#pragma once
#include <downhill/rule.hpp>

#include <array>
#include <cstdint>
#include <utility>

namespace downhill {

/// Whether the step is the one that momentum would make next.
enum class Lookahead : std::uint8_t { no, yes };
constexpr auto enum_names(Lookahead) {
  return std::array{std::pair{std::string_view("no"), Lookahead::no},
                    std::pair{std::string_view("yes"), Lookahead::yes}};
}

/// Stochastic gradient descent:  m = momentum m + g,  x -= learning_rate m,  or with nesterov=yes  x -= learning_rate (g + momentum m).
///
/// The learning rate is in units of x² / f. On a quadratic of curvatures up to L it diverges above 2 (1 + momentum) / L.
/// Reference: Robbins & Monro, Ann. Math. Stat. 22 (1951) 400-407; the look-ahead is that of Sutskever et al., ICML 2013, equations
/// (3)-(4), with x taken where the gradient is.
struct Sgd {
  Schedule learning_rate = 0.01;
  double momentum = 0;  ///< in [0, 1)
  Lookahead nesterov = Lookahead::no;
  double weight_decay = 0;  ///< x loses learning_rate * weight_decay of itself
  Clip clip = {};
  Average average = {};

  static constexpr std::string_view name = "sgd";
  static constexpr std::string_view doc = "against the gradient, with momentum if asked for";
  static std::vector<options::Field> fields();
};

}  // namespace downhill
