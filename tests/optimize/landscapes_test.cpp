#include <gtest/gtest.h>
#include <downhill/minimize.hpp>

#include <cmath>
#include <numbers>

#include "optimize/draws.hpp"
#include "optimize/norms.hpp"

/// Global methods on landscapes with many local minima, shifted and rotated, whose lowest value is 0.
namespace downhill {
namespace {

using Values = std::span<const double>;

double rastrigin(Values z) {
  double sum = 0;
  for (const double v : z) sum += 10 + v * v - 10 * std::cos(2 * std::numbers::pi * v);
  return sum;
}
double ackley(Values z) {
  double squares = 0, waves = 0;
  for (const double v : z) {
    squares += v * v;
    waves += std::cos(2 * std::numbers::pi * v);
  }
  const auto n = static_cast<double>(z.size());
  return 20 - 20 * std::exp(-0.2 * std::sqrt(squares / n)) + std::numbers::e - std::exp(waves / n);
}
double griewank(Values z) {
  double squares = 0, product = 1;
  for (std::size_t i = 0; i < z.size(); ++i) {
    squares += z[i] * z[i];
    product *= std::cos(z[i] / std::sqrt(static_cast<double>(i + 1)));
  }
  return 1 + squares / 4000 - product;
}

struct Landscape {
  const char* name;
  double (*f)(Values);
  double width;  // half the side of the box it is usually searched in
};
constexpr Landscape landscapes[] = {{"rastrigin", rastrigin, 5}, {"ackley", ackley, 30}, {"griewank", griewank, 300}};

// n orthonormal rows.
std::vector<std::vector<double>> rotation(std::size_t n) {
  optimize::Draws draws(n, 5);
  std::vector<std::vector<double>> rows(n, std::vector<double>(n));
  for (std::size_t k = 0; k < n; ++k) {
    draws.direction(rows[k]);
    for (std::size_t j = 0; j < k; ++j) {
      const double part = optimize::dot(rows[k], rows[j]);
      for (std::size_t i = 0; i < n; ++i) rows[k][i] -= part * rows[j][i];
    }
    const double length = optimize::norm(rows[k]);
    for (double& entry : rows[k]) entry /= length;
  }
  return rows;
}

// f(R (x - shift)), with the shift a fifth of the width away from 0 along every axis, up and down in turn.
Objective shifted_and_rotated(const Landscape& landscape, std::size_t n) {
  Callbacks callbacks;
  callbacks.value = [=, rows = rotation(n)](Values x) {
    std::vector<double> from(n), z(n);
    for (std::size_t i = 0; i < n; ++i) from[i] = x[i] - (i % 2 == 0 ? 0.2 : -0.2) * landscape.width;
    for (std::size_t k = 0; k < n; ++k) z[k] = optimize::dot(rows[k], from);
    return landscape.f(z);
  };
  return objective(n, callbacks);
}

// Within 1e-6, far below every other minimum.
void expect_global_minimum(const std::string& method, const std::vector<std::size_t>& sizes) {
  for (const Landscape& landscape : landscapes) {
    for (const std::size_t n : sizes) {
      Objective f = shifted_and_rotated(landscape, n);
      const std::vector<double> far(n, 0.8 * landscape.width);
      const Method configured = parse_method(method + "radius=" + std::to_string(landscape.width) + ")");
      const Stop stop{.max_evaluations = 1'000'000, .target_value = 1e-6};
      const Result r = minimize(f, far, configured, stop, {.seed = 1});
      EXPECT_LE(r.value, 1e-6) << method << " on " << landscape.name << ", n = " << n << ": " << r.message;
    }
  }
}

TEST(Landscapes, CmaEsWithBipopFindsTheGlobalMinimum) { expect_global_minimum("cma_es(restarts=bipop, ", {2, 5, 10}); }

// In ten dimensions it misses some of these even with 600 points: the rotation couples the variables it crosses one by one.
TEST(Landscapes, DifferentialEvolutionFindsTheGlobalMinimum) {
  expect_global_minimum("differential_evolution(population=200, ", {2, 5});
}

}  // namespace
}  // namespace downhill
