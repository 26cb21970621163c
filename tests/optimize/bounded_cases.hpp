#pragma once
#include <downhill/bounds.hpp>

#include <algorithm>
#include <limits>
#include <numbers>
#include <random>

#include "optimize/cases.hpp"

/// Losses within bounds whose minima are known, most of them by hand.
namespace downhill::testing {

constexpr double inf = std::numeric_limits<double>::infinity();

struct BoundedCase {
  std::string name;
  Objective objective;
  std::vector<double> start;
  std::vector<std::vector<double>> minima;  ///< one of which is to be found
  std::vector<std::size_t> active;          ///< variables at a bound in all of them
  bool is_easy = true;                      ///< for values alone and plain gradients
  bool is_least_squares = false;
  bool is_degenerate = false;           ///< a bound may or may not be met
  bool is_stationary_at_start = false;  ///< at a saddle, which not all methods leave
};

/// A random convex quadratic with the minimum and the multipliers given.
inline BoundedCase random_quadratic(std::size_t n, unsigned seed) {
  std::mt19937 draw(seed);
  const auto even = [&] { return static_cast<double>(draw() % 2001) / 1000.0 - 1; };
  std::vector<double> root(n * n), h(n * n), x(n), lower(n, -inf), upper(n, inf), c(n), multiplier(n, 0.0);
  for (double& entry : root) entry = even();
  std::vector<std::size_t> active;
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t k = 0; k < n; ++k) h[i * n + j] += root[k * n + i] * root[k * n + j];
    }
    h[i * n + i] += 1;
    x[i] = 3 * even();
    if (i % 3 == 0) {
      lower[i] = x[i];
      multiplier[i] = 0.5 + std::abs(even());
    } else if (i % 3 == 1) {
      upper[i] = x[i] + (i % 2 == 0 ? 1 : 0);
      if (i % 2 == 1) multiplier[i] = -0.5 - std::abs(even());
    } else {
      lower[i] = x[i] - 2;
      upper[i] = x[i] + 2;
    }
    if (multiplier[i] != 0) active.push_back(i);
  }
  for (std::size_t i = 0; i < n; ++i) {
    c[i] = multiplier[i];
    for (std::size_t j = 0; j < n; ++j) c[i] -= h[i * n + j] * x[j];
  }
  Callbacks callbacks;
  callbacks.value_and_gradient = [=](std::span<const double> at, std::span<double> gradient) {
    double value = 0;
    for (std::size_t i = 0; i < n; ++i) {
      double product = 0;
      for (std::size_t j = 0; j < n; ++j) product += h[i * n + j] * at[j];
      value += at[i] * (0.5 * product + c[i]);
      gradient[i] = product + c[i];
    }
    return value;
  };
  callbacks.hessian = [=](std::span<const double>, std::span<double> out) {
    std::copy(h.begin(), h.end(), out.begin());
  };
  callbacks.quadratic = true;
  return {"random quadratic",
          with_bounds(objective(n, callbacks), {lower, upper}),
          std::vector<double>(n, 0.0),
          {x},
          active,
          false};
}

/// |A x - b|² for x >= 0 with x and the multipliers given.
inline BoundedCase nonnegative_least_squares() {
  // Columns (1,0,1,0), (0,1,1,1), (1,1,0,0); x = (2, 0, 1); A^T (A x - b) = (0, 1.5, 0) for the b below.
  const double a[4][3] = {{1, 0, 1}, {0, 1, 1}, {1, 1, 0}, {0, 1, 0}};
  const double r[4] = {-0.25, 0.25, 0.25, 1.0};  // orthogonal to the first and third columns
  double b[4];
  for (int i = 0; i < 4; ++i) b[i] = 2 * a[i][0] + a[i][2] - r[i];
  std::vector<double> flat;
  for (int i = 0; i < 4; ++i) {
    for (int j = 0; j < 3; ++j) flat.push_back(a[i][j]);
    flat.push_back(b[i]);
  }
  const auto residuals = [flat](const auto& x) {
    std::decay_t<decltype(x)> result;
    for (std::size_t i = 0; i < 4; ++i) {
      result.push_back(flat[4 * i] * x[0] + flat[4 * i + 1] * x[1] + flat[4 * i + 2] * x[2] - flat[4 * i + 3]);
    }
    return result;
  };
  return {"nonnegative least squares",
          with_bounds(least_squares(3, 4, residuals), {{0, 0, 0}, {inf, inf, inf}}),
          {1, 1, 1},
          {{2, 0, 1}},
          {1},
          true,
          true};
}

/// y = b1 (1 - exp(-b2 t)) + b3 with b3 >= 0, where the data would have b3 below.
inline BoundedCase saturating_fit() {
  const auto residuals = [](const auto& b) {
    std::decay_t<decltype(b)> result;
    for (int k = 1; k <= 8; ++k) {
      const double t = k, y = 5 * (1 - std::exp(-0.5 * t));
      result.push_back(b[0] * (1.0 - exp(-(b[1] * t))) + b[2] - y);
    }
    return result;
  };
  return {"saturating fit",
          with_bounds(least_squares(3, 8, residuals), {{0, 0, 0}, {inf, inf, inf}}),
          {1, 1, 1},
          {{5, 0.5, 0}},
          {},
          false,
          true,
          true};
}

inline std::vector<BoundedCase> bounded_cases() {
  const auto rose = [](const auto& x) { return rosenbrock(x); };
  const auto rosenbrock_residuals = [](const auto& x) {
    using T = std::decay_t<decltype(x[0])>;
    return std::vector<T>{10.0 * (x[1] - square(x[0])), 1.0 - x[0]};
  };
  const double a = std::sqrt(598.0 / 1200.0), b = 400 * a * a * a;
  const double hs2 = 2 * a * std::cos(std::acos(1 / b) / 3);
  // d/dx0 of rosenbrock at x1 = 1.5 is zero at the other root too
  const double hs2_other = 2 * a * std::cos(std::acos(1 / b) / 3 + 2 * std::numbers::pi / 3);
  const double pi = std::numbers::pi;
  std::vector<BoundedCase> cases;
  cases.push_back({"rosenbrock at a bound",
                   with_bounds(smooth(2, rose), {{-2, -2}, {0.5, 2}}),
                   {-1.2, 1},
                   {{0.5, 0.25}},
                   {0},
                   false});
  cases.push_back({"rosenbrock at a bound, residuals",
                   with_bounds(least_squares(2, 2, rosenbrock_residuals), {{-2, -2}, {0.5, 2}}),
                   {-1.2, 1},
                   {{0.5, 0.25}},
                   {0},
                   false,
                   true});
  cases.push_back({"HS1", with_bounds(smooth(2, rose), {{-inf, -1.5}, {inf, inf}}), {-2, 1}, {{1, 1}}, {}, false});
  cases.push_back({"HS2",
                   with_bounds(smooth(2, rose), {{-inf, 1.5}, {inf, inf}}),
                   {-2, 1.5},
                   {{hs2, 1.5}, {hs2_other, 1.5}},
                   {1},
                   false});
  cases.push_back(
      {"HS3",
       with_bounds(smooth(2, [](const auto& x) { return x[1] + 1e-5 * square(x[1] - x[0]); }), {{-inf, 0}, {inf, inf}}),
       {10, 1},
       {{0, 0}},
       {1},
       false});
  cases.push_back({"HS4",
                   with_bounds(smooth(2, [](const auto& x) { return square(x[0] + 1.0) * (x[0] + 1.0) / 3.0 + x[1]; }),
                               {{1, 0}, {inf, inf}}),
                   {1.125, 0.125},
                   {{1, 0}},
                   {0, 1}});
  cases.push_back({"HS5",
                   with_bounds(smooth(2,
                                      [](const auto& x) {
                                        return sin(x[0] + x[1]) + square(x[0] - x[1]) - 1.5 * x[0] + 2.5 * x[1] + 1.0;
                                      }),
                               {{-1.5, -3}, {4, 3}}),
                   {0, 0},
                   {{-pi / 3 + 0.5, -pi / 3 - 0.5}},
                   {}});
  cases.push_back({"HS38",
                   with_bounds(smooth(4,
                                      [](const auto& x) {
                                        return 100.0 * square(x[1] - square(x[0])) + square(1.0 - x[0]) +
                                               90.0 * square(x[3] - square(x[2])) + square(1.0 - x[2]) +
                                               10.1 * (square(x[1] - 1.0) + square(x[3] - 1.0)) +
                                               19.8 * (x[1] - 1.0) * (x[3] - 1.0);
                                      }),
                               {{-10, -10, -10, -10}, {10, 10, 10, 10}}),
                   {-3, -1, -3, -1},
                   {{1, 1, 1, 1}},
                   {},
                   false});
  cases.push_back({"HS45",
                   with_bounds(smooth(5, [](const auto& x) { return 2.0 - x[0] * x[1] * x[2] * x[3] * x[4] / 120.0; }),
                               {{0, 0, 0, 0, 0}, {1, 2, 3, 4, 5}}),
                   {1, 2, 2, 2, 2},
                   {{1, 2, 3, 4, 5}},
                   {0, 1, 2, 3, 4}});
  cases.push_back({"HS110",
                   with_bounds(smooth(10,
                                      [](const auto& x) {
                                        auto product = x[0];
                                        for (std::size_t i = 1; i < 10; ++i) product = product * x[i];
                                        auto sum = -pow(product, 0.2);
                                        for (std::size_t i = 0; i < 10; ++i) {
                                          sum = sum + square(log(x[i] - 2.0)) + square(log(10.0 - x[i]));
                                        }
                                        return sum;
                                      }),
                               {std::vector<double>(10, 2.001), std::vector<double>(10, 9.999)}),
                   std::vector<double>(10, 9.0),
                   {std::vector<double>(10, 9.35026583)},
                   {},
                   true});
  cases.push_back(
      {"zero multiplier",
       with_bounds(smooth(2, [](const auto& x) { return square(x[0]) + square(x[1] - 1.0); }), {{0, -inf}, {inf, inf}}),
       {3, 3},
       {{0, 1}},
       {0},
       true,
       false,
       true});
  cases.push_back(
      {"a logarithm that ends at the bound",
       with_bounds(smooth(2, [](const auto& x) { return x[0] - log(1.0 - x[0]) + square(x[1]) - sqrt(x[1]); }),
                   {{0, 0.01}, {0.5, 4}}),
       {0.25, 2},
       {{0, std::pow(0.25, 2.0 / 3)}},
       {0}});
  cases.push_back({"a saddle of a face",
                   with_bounds(smooth(2, [](const auto& x) { return two_wells(x) + x[0]; }), {{0, -inf}, {inf, inf}}),
                   {1, 0},
                   {{0, 1}, {0, -1}},
                   {0},
                   true,
                   false,
                   false,
                   true});
  cases.push_back({"a corner to leave",
                   with_bounds(smooth(2, [](const auto& x) { return -(x[0] * x[1]); }), {{0, 0}, {1, 1}}),
                   {0, 0},
                   {{1, 1}},
                   {0, 1},
                   true,
                   false,
                   false,
                   true});
  cases.push_back(
      {"a zero multiplier to leave inwards",
       with_bounds(smooth(2, [](const auto& x) { return square(x[1]) - square(x[0]); }), {{0, -inf}, {1, inf}}),
       {0, 0.5},
       {{1, 0}},
       {0},
       true,
       false,
       false,
       true});
  cases.push_back(
      {"a hill",
       with_bounds(smooth(2, [](const auto& x) { return -(square(x[0]) + 2.0 * square(x[1])); }), {{-1, -1}, {1, 1}}),
       {0, 0},
       {{1, 1}, {1, -1}, {-1, 1}, {-1, -1}},
       {0, 1},
       true,
       false,
       false,
       true});
  cases.push_back(
      {"a fixed variable",
       with_bounds(smooth(3, [](const auto& x) { return square(x[0] - x[1]) + square(x[1] - 3.0) + square(x[2]); }),
                   {{-inf, 2, -1}, {inf, 2, 1}}),
       {5, 2, 0.5},
       {{2, 2, 0}},
       {1}});
  cases.push_back(random_quadratic(50, 1));
  cases.push_back(nonnegative_least_squares());
  cases.push_back(saturating_fit());
  return cases;
}

}  // namespace downhill::testing
