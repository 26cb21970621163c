#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "optimize/least_squares_step.hpp"
#include "optimize/residual_steps.hpp"

namespace downhill::optimize {

/// The linear model of a dense Jacobian.
class ScaledResiduals final : public ResidualSteps {
 public:
  /// Takes in the model: jacobian: m*n; residuals: m; scale: n, the diagonal of D. Cost: O(m n²), by JᵀJ and, where that is
  /// ill-conditioned, by QR.
  void set(std::span<const double> jacobian, std::span<const double> residuals, std::span<const double> scale);

  /// (J D⁻¹)ᵀ (J D⁻¹), n*n
  [[nodiscard]] const std::vector<double>& matrix() const { return matrix_; }
  [[nodiscard]] double fall(std::span<const double> q) const override;
  /// The first one that is shorter than the Gauss-Newton step costs O(n³).
  void damped(double radius, std::vector<double>& q) override;

 private:
  [[nodiscard]] double curvature_along(std::span<const double> v) const override;
  [[nodiscard]] bool is_solved_by_products(std::span<const double> jacobian, std::span<const double> residuals,
                                           std::span<const double> scale);
  [[nodiscard]] bool is_solved_by_small_factors();
  void solve_by_rows(std::span<const double> residuals);
  // Row i of the matrix times v.
  [[nodiscard]] double times_row(std::size_t i, std::span<const double> v) const;

  std::vector<double> columns_;  // J D⁻¹, m*n
  std::vector<double> matrix_, factors_;
  // Rows with the same model as J D⁻¹ and r: a triangle, or J D⁻¹ itself where it has fewer rows than columns. Empty where JᵀJ is
  // well-conditioned.
  std::vector<double> rows_, right_;
  std::optional<LeastSquaresModel> decomposed_;
};

}  // namespace downhill::optimize
