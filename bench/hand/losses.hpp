#pragma once
#include <cstddef>

/// Losses and gradients as one would write them by hand, for comparison.
namespace downhill::bench::hand {

/// Σ 100 (x[i+1] - x[i]²)² + (1 - x[i])² and its gradient, one pass.
double rosenbrock(const double* x, double* gradient, std::size_t n);

/// Σ log(1 + exp(-y (X w))) over `rows` samples of `columns` features, and its gradient, one pass over X.
double logistic(const double* data, const double* labels, const double* w, double* gradient, std::size_t rows,
                std::size_t columns);

}  // namespace downhill::bench::hand
