#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// What the residuals of a least-squares fit say about its parameters.
namespace downhill::app {

struct FitStatistics {
  std::size_t degrees_of_freedom = 0;  ///< m - n, 0 when there are fewer residuals than parameters
  double residual_sum_of_squares = 0;
  double residual_standard_deviation = 0;  ///< s = sqrt(sum of squares / degrees of freedom); NaN for 0
  std::vector<double> covariance;          ///< n × n: s² (JᵀJ)⁻¹
  std::vector<double> standard_errors;     ///< square roots of its diagonal
  std::size_t rank = 0;  ///< of J; below n, some parameters are not determined and their errors are inf
};

/// residuals  m
/// jacobian   m × n, row-major, at the solution
/// By an orthogonal factorisation of J with its columns scaled to length 1, not by the normal equations: relative error about
/// the condition of the scaled J times the rounding unit. Cost O(m n²).
/// Reference: Björck, Numerical Methods for Least Squares Problems, SIAM 1996, 2.8.
[[nodiscard]] FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian,
                                           std::size_t n);

}  // namespace downhill::app
