#include "hand/losses.hpp"

#include <algorithm>
#include <cmath>

namespace downhill::bench::hand {

double rosenbrock(const double* x, double* gradient, std::size_t n) {
  double value = 0;
  double carried = 0;  // what the term before gives to this coordinate
  for (std::size_t i = 0; i + 1 < n; ++i) {
    const double u = x[i + 1] - x[i] * x[i];
    const double v = 1 - x[i];
    value += 100 * u * u + v * v;
    gradient[i] = carried - 400 * x[i] * u - 2 * v;
    carried = 200 * u;
  }
  gradient[n - 1] = carried;
  return value;
}

double logistic(const double* data, const double* labels, const double* w, double* gradient, std::size_t rows,
                std::size_t columns) {
  std::fill(gradient, gradient + columns, 0.0);
  double value = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    const double* row = data + i * columns;
    double partial[8] = {};
    std::size_t j = 0;
    for (; j + 8 <= columns; j += 8) {
      for (std::size_t k = 0; k < 8; ++k) {
        partial[k] += row[j + k] * w[j + k];
      }
    }
    double z = ((partial[0] + partial[4]) + (partial[2] + partial[6])) +
               ((partial[1] + partial[5]) + (partial[3] + partial[7]));
    for (; j < columns; ++j) {
      z += row[j] * w[j];
    }
    const double e = std::exp(-labels[i] * z);
    value += std::log(1 + e);
    const double c = -labels[i] * e / (1 + e);
    for (std::size_t k = 0; k < columns; ++k) {
      gradient[k] += c * row[k];
    }
  }
  return value;
}

}  // namespace downhill::bench::hand
