#pragma once
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "optimize/eigen_decomposition.hpp"
#include "optimize/scaled_hessian.hpp"
#include "optimize/walk.hpp"

/// The quadratic model of the loss at one point, as the methods with a trust region see it.
namespace downhill::optimize {

/// m(p) = g·p + ½ pᵀH p in scaled variables, with f in a unit of its own. Only powers of two are divided out, so no digit is lost.
///
/// matrix:   variables in the scale of ScaledHessian; everything below is there. One Hessian at construction.
/// products: variables as they are; the matrix is never formed, and `eigen`, `coordinates`, `newton_step` are not there.
class QuadraticModel {
 public:
  enum class Form : std::uint8_t { matrix, products };

  QuadraticModel(Walk& walk, Form form);

  /// Whether the Hessian is; of a model of products this shows later.
  [[nodiscard]] bool has_finite_hessian() const { return form_ == Form::products || hessian_.has_value(); }
  [[nodiscard]] std::size_t size() const { return gradient_.size(); }
  [[nodiscard]] const std::vector<double>& gradient() const { return gradient_; }

  /// H v
  [[nodiscard]] std::vector<double> product(std::span<const double> v) const;
  /// -m(p); one product.
  [[nodiscard]] double fall(std::span<const double> p) const;

  /// The step -H⁻¹ g if the Hessian is clearly positive definite, else empty.
  [[nodiscard]] std::vector<double> newton_step() const;
  /// Computed at the first call.
  [[nodiscard]] const EigenDecomposition& eigen();
  /// The gradient along the eigenvectors.
  [[nodiscard]] const std::vector<double>& coordinates();

  [[nodiscard]] std::vector<double> scale_step(std::span<const double> v) const;
  [[nodiscard]] std::vector<double> unscale_step(std::span<const double> p) const;
  [[nodiscard]] std::vector<double> scale_gradient(std::span<const double> gradient) const;
  [[nodiscard]] double scale_value(double value) const;
  [[nodiscard]] double unscale_value(double value) const;

 private:
  Walk& walk_;
  Form form_;
  std::optional<ScaledHessian> hessian_;  // of a model with its matrix
  int unit_ = 0;                          // of a model of products: f is divided by 2^unit
  std::vector<double> gradient_;
  EigenDecomposition eigen_;
  std::vector<double> coordinates_;
};

}  // namespace downhill::optimize
