#pragma once
#include <downhill/residual_loss.hpp>

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "optimize/face.hpp"

/// What the residuals of a fit say about its parameters.
namespace downhill::app {

/// Parameters that the data cannot tell apart: only `determined` combinations of them matter near the solution.
struct UndeterminedParameters {
  std::vector<std::size_t> parameters;  ///< ascending
  std::vector<std::vector<double>>
      determined;  ///< each: a unit vector of weights, one a parameter; empty: no influence at all
};

struct FitStatistics {
  std::size_t degrees_of_freedom = 0;  ///< m - rank, 0 when there are no more residuals than that
  double residual_sum_of_squares = 0;
  /// s = sqrt(sum of squares / degrees of freedom); NaN for 0. Of a robust loss: what makes s² (JᵀJ)⁻¹ the covariance.
  double residual_standard_deviation = 0;
  std::vector<double> covariance;  ///< n × n: s² (JᵀJ)⁻¹; inf in rows and columns of parameters that are not determined
  std::vector<double> standard_errors;               ///< square roots of its diagonal
  std::size_t rank = 0;                              ///< of J
  std::vector<std::vector<double>> null_space;       ///< n - rank unit vectors: directions that change no residual
  std::vector<UndeterminedParameters> undetermined;  ///< the parameters that the null space ties together
  std::vector<std::size_t> held;                     ///< parameters at a bound: NaN in standard errors and covariance
  std::vector<double> leverages;                     ///< m: s² times one is the variance of the fitted value there
};

/// residuals  m
/// jacobian   m × n, row-major, at the solution
///
/// By an orthogonal factorisation of J with its columns scaled to length 1, not by the normal equations: relative error about
/// the condition of the scaled J times the rounding unit. Cost O(m n²).
/// References: Björck, Numerical Methods for Least Squares Problems, SIAM 1996, 2.8; for robust losses
/// s² = K² (Σ ψ² / (m - n)) / (mean ψ')², Huber, Robust Statistics, Wiley 1981, section 7.6.
[[nodiscard]] FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian,
                                           std::size_t n, const ResidualLoss& loss = SquaredLoss{});

/// The same where only the parameters `free` vary: the others are held where they are, and known exactly as far as the covariance of
/// the free ones goes. jacobian: m × n, of all parameters.
[[nodiscard]] FitStatistics fit_statistics(std::span<const double> residuals, std::span<const double> jacobian,
                                           const optimize::Face& free, const ResidualLoss& loss);

}  // namespace downhill::app
