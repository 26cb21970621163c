#pragma once
#include <downhill/objective.hpp>

#include <optional>
#include <span>
#include <vector>

#include "optimize/box.hpp"
#include "optimize/eigen_decomposition.hpp"
#include "optimize/scaled_hessian.hpp"

namespace downhill::optimize {

/// Variables z in which the second derivatives at a point are looked at: x = x₀ + D C z, D the scale of the Hessian and C as many columns
/// as variables.
///
/// The entries of a Hessian know a curvature only to the rounding of the largest one. A product with the direction itself knows it to
/// rounding of its own size, wherever the loss is computed by way of what the direction changes: that of a sum of squares to the condition
/// of its Jacobian instead of its square. So where eigenvalues are lost in rounding their eigenvectors become columns of C, each with a
/// length that makes its own curvature 1 (van der Sluis, Numer. Math. 14 (1969) 14-23).
class CurvatureFrame {
 public:
  /// C = 1. hessian: n*n, at x
  CurvatureFrame(std::span<const double> hessian, std::span<const double> x);

  /// With the eigenvectors as columns, from products with the Hessian at x. None where the products are not finite. Cost: 2 n products.
  [[nodiscard]] std::optional<CurvatureFrame> along(const EigenDecomposition& eigen, Objective& objective,
                                                    std::span<const double> x) const;

  [[nodiscard]] std::size_t size() const { return scale_.size(); }
  /// n*n: second derivatives by z, of the loss in its scale.
  [[nodiscard]] const std::vector<double>& matrix() const { return matrix_; }
  /// How far rounding may move its eigenvalues, beyond what their computation adds: 0 where that is not measured.
  [[nodiscard]] double rounding() const { return rounding_; }
  /// n*n: the second derivatives at another x; `hessian` is scratch.
  [[nodiscard]] std::vector<double> matrix_at(Objective& objective, std::span<const double> x) const;

  /// The gradient with respect to z.
  [[nodiscard]] std::vector<double> gradient(std::span<const double> of_x) const;
  /// Of the derivative along z, from those of the gradient.
  [[nodiscard]] double noise_along(std::span<const double> z, std::span<const double> noise) const;
  /// D C z
  [[nodiscard]] std::vector<double> step(std::span<const double> z) const;
  /// The same of unit length in D⁻¹ x, and that length before.
  [[nodiscard]] std::vector<double> direction(std::span<const double> z) const;
  [[nodiscard]] double length(std::span<const double> z) const;

  [[nodiscard]] const HessianScale& scale() const { return scale_; }

 private:
  [[nodiscard]] std::vector<double> columns_times(std::span<const double> z) const;

  HessianScale scale_;
  std::vector<double> columns_;  // C, column by column; empty where it is 1
  std::vector<double> matrix_;
  double rounding_ = 0;
  double largest_ = 0;  // size of the Hessian in its scale
};

}  // namespace downhill::optimize
