#pragma once
#include <downhill/verdict.hpp>

#include <optional>

#include "optimize/curvature.hpp"
#include "optimize/method_model.hpp"
#include "optimize/walk.hpp"

/// The second-derivative test at the present point of a walk.
namespace downhill::optimize {

struct Assessment {
  Verdict verdict;
  /// How the gradient counts as zero, if it does.
  enum class Stationary : std::uint8_t { no, by_tolerance, by_rounding } stationary = Stationary::no;
  double gradient_measure = 0;  ///< relative gradient, or by rounding: largest |g_i| / rounding error
  Curvature curvature;
  std::vector<double> gradient;
  std::optional<Point> lower;  ///< an undecided point turned out to have a lower one nearby
  /// By how much, beyond rounding, the next Newton step of a fast method would lower f at a stationary point, were the curvatures in doubt what
  /// they seem to be.
  double open_gain = 0;
};

/// What the test should make of the point.
struct Question {
  double gradient_tolerance = 0;
  Traits::Rate rate = Traits::Rate::linear;
  /// Whether the method can go on from here. If it cannot, a gradient within its rounding error counts as zero. Where a limit cut the run
  /// short, far from rest, curvatures that cost many products are not worth their time.
  enum class Method : std::uint8_t { can_go_on, is_done, is_cut_short } method = Method::can_go_on;
};

/// Whether f is 0 and proved never to be below.
[[nodiscard]] bool is_lowest(Walk& walk);

/// Cost: up to three Hessians, four gradients, O(n³), and some hundred values if the curvature does not decide.
[[nodiscard]] Assessment assess(Walk& walk, const Question& question);

}  // namespace downhill::optimize
