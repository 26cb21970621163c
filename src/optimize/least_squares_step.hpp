#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// The linear least-squares model |r + J p| in scaled variables, decomposed so that every damped step is cheap.
namespace downhill::optimize {

/// The singular values of J D⁻¹ squared, and the model's gradient (J D⁻¹)ᵀ r, in the coordinates of the right singular vectors.
struct LeastSquaresModel {
  std::vector<double> curvatures;  ///< ascending; those of the null space exactly 0
  std::vector<double> gradient;
  std::vector<double> vectors;  ///< n*n, row k is the right singular vector of curvature k

  [[nodiscard]] std::vector<double> combine(std::span<const double> coordinates) const;
};

/// jacobian: m*n; residuals: m; scale: n, the diagonal of D. Cost: O(m n²).
[[nodiscard]] LeastSquaresModel least_squares_model(std::span<const double> jacobian, std::span<const double> residuals,
                                                    std::span<const double> scale);

}  // namespace downhill::optimize
