#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "optimize/least_squares_step.hpp"

/// The linear model |r + J p|² of a sum of squares in scaled variables q = D p, and its steps within a radius.
namespace downhill::optimize {

class ScaledResiduals {
 public:
  /// Takes in the model: jacobian: m*n; residuals: m; scale: n, the diagonal of D. Cost: O(m n²), by JᵀJ and, where that is
  /// ill-conditioned, by QR.
  void set(std::span<const double> jacobian, std::span<const double> residuals, std::span<const double> scale);

  [[nodiscard]] std::size_t size() const { return gradient_.size(); }
  /// Half the gradient: (J D⁻¹)ᵀ r.
  [[nodiscard]] const std::vector<double>& gradient() const { return gradient_; }
  /// (J D⁻¹)ᵀ (J D⁻¹), n*n
  [[nodiscard]] const std::vector<double>& matrix() const { return matrix_; }
  /// |r|² - |r + J D⁻¹ q|²
  [[nodiscard]] double fall(std::span<const double> q) const;
  /// The shortest q that minimises |r + J D⁻¹ q|.
  [[nodiscard]] const std::vector<double>& gauss_newton() const { return gauss_newton_; }

  /// Along the gradient to the lowest point of the model, then straight to a point of the Gauss-Newton step, then along it, as far as
  /// the radius: Dennis & Mei's double dogleg.
  void dogleg(double radius, std::vector<double>& q) const;
  /// The q that minimises |r + J D⁻¹ q| within the radius; the shortest where J has a null space. The first one that is shorter than
  /// the Gauss-Newton step costs O(n³).
  void damped(double radius, std::vector<double>& q);

 private:
  [[nodiscard]] bool is_solved_by_products(std::span<const double> jacobian, std::span<const double> residuals,
                                           std::span<const double> scale);
  [[nodiscard]] bool is_solved_by_small_factors();
  void solve_by_rows(std::span<const double> residuals);
  // Row i of the matrix times v.
  [[nodiscard]] double times_row(std::size_t i, std::span<const double> v) const;

  std::vector<double> columns_;  // J D⁻¹, m*n
  std::vector<double> gradient_, matrix_, factors_, gauss_newton_;
  // Rows with the same model as J D⁻¹ and r: a triangle, or J D⁻¹ itself where it has fewer rows than columns. Empty where JᵀJ is
  // well-conditioned.
  std::vector<double> rows_, right_;
  std::optional<LeastSquaresModel> decomposed_;
};

}  // namespace downhill::optimize
