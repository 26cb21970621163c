#pragma once
#include <cstddef>
#include <span>
#include <vector>

namespace downhill::optimize {

/// The linear model |r + J p|² of a sum of squares in scaled variables q = D p, and its steps within a radius.
class ResidualSteps {
 public:
  virtual ~ResidualSteps() = default;

  [[nodiscard]] std::size_t size() const { return gradient_.size(); }
  /// Half the gradient: (J D⁻¹)ᵀ r.
  [[nodiscard]] const std::vector<double>& gradient() const { return gradient_; }
  /// The shortest q that minimises |r + J D⁻¹ q|.
  [[nodiscard]] const std::vector<double>& gauss_newton() const { return gauss_newton_; }
  /// |r|² - |r + J D⁻¹ q|²
  [[nodiscard]] virtual double fall(std::span<const double> q) const = 0;

  /// Along the gradient to the lowest point of the model, then straight to a point of the Gauss-Newton step, then along it, as far as
  /// the radius: Dennis & Mei's double dogleg.
  void dogleg(double radius, std::vector<double>& q) const;
  /// The q that minimises |r + J D⁻¹ q| within the radius; the shortest where J has a null space.
  virtual void damped(double radius, std::vector<double>& q) = 0;

 protected:
  /// |J D⁻¹ v|²
  [[nodiscard]] virtual double curvature_along(std::span<const double> v) const = 0;

  std::vector<double> gradient_, gauss_newton_;
};

}  // namespace downhill::optimize
