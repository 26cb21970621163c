#pragma once
#include <functional>
#include <string>
#include <vector>

#include "optimize/jet.hpp"

/// Small losses with known minima, saddles and flaws.
namespace downhill::testing {

using std::abs;
using std::cos;
using std::exp;
using std::floor;
using std::log;
using std::log1p;
using std::pow;
using std::sin;
using std::sqrt;

template <class V>
auto rosenbrock(const V& x) {
  return 100.0 * square(x[1] - square(x[0])) + square(1.0 - x[0]);
}
template <class V>
auto two_wells(const V& x) {  // minima -1/4 at (0, ±1), saddle at the origin
  return square(x[0]) + square(square(x[1])) / 4.0 - square(x[1]) / 2.0;
}
template <class V>
auto powell_singular(const V& x) {
  return square(x[0] + 10.0 * x[1]) + 5.0 * square(x[2] - x[3]) + square(square(x[1] - 2.0 * x[2])) +
         10.0 * square(square(x[0] - x[3]));
}
template <class V>
auto separable_logistic(const V& w) {  // four points that a line through the origin separates
  const double rows[4][2] = {{1, 2}, {2, 1}, {1, 1.5}, {2, 0.5}};
  auto sum = log1p(exp(-(rows[0][0] * w[0] + rows[0][1] * w[1])));
  for (int i = 1; i < 4; ++i) sum = sum + log1p(exp(-(rows[i][0] * w[0] + rows[i][1] * w[1])));
  return sum;
}

/// A loss with its start and the value of the minimum a descent from there reaches.
struct MinimumCase {
  std::string name;
  Objective objective;
  std::vector<double> start;
  double minimum;
  /// What suits it: values alone and plain gradient descent are given problems that are not ill-conditioned.
  bool is_easy;
  bool is_quadratic;
  bool is_least_squares;
};

inline std::vector<MinimumCase> minimum_cases() {
  const auto residuals = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{x[0] - 3.0, 2.0 * (x[1] + 1.0), x[0] * x[1] + 3.0};
  };
  return {
      {"bowl",
       smooth(
           3, [](const auto& x) { return square(x[0] - 1.0) + 2.0 * square(x[1] + 2.0) + 0.5 * square(x[2]); }, true),
       {4, 4, 4},
       0,
       true,
       true,
       false},
      {"tilted quadratic",
       smooth(
           2, [](const auto& x) { return square(x[0]) + x[0] * x[1] + square(x[1]) - 3.0 * x[0]; }, true),
       {1, 5},
       -3,
       true,
       true,
       false},
      {"cosh",
       smooth(2, [](const auto& x) { return exp(x[0]) + exp(-x[0]) + square(x[1] - 0.5); }),
       {1.5, -1},
       2,
       true,
       false,
       false},
      {"least squares", least_squares(2, 3, residuals), {2, -2}, 0, true, false, true},
      {"rosenbrock",
       least_squares(2, 2,
                     [](const auto& x) {
                       using T = std::decay_t<decltype(x[0])>;
                       return std::vector<T>{10.0 * (x[1] - square(x[0])), 1.0 - x[0]};
                     }),
       {-1.2, 1},
       0,
       false,
       false,
       true},
      {"one variable",
       smooth(1, [](const auto& x) { return exp(x[0]) - 2.0 * x[0]; }),
       {3},
       2 - 2 * std::log(2.0),
       true,
       false,
       false},
      {"wells", smooth(2, [](const auto& x) { return two_wells(x); }), {0.5, 0.5}, -0.25, true, false, false},
  };
}

}  // namespace downhill::testing
