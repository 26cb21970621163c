#pragma once
#include <span>
#include <vector>

#include "optimize/box_model.hpp"

namespace downhill::optimize {

/// g·p + ½ pᵀH p with a dense H: a face is solved by Cholesky where H is positive definite there and the step short enough, else
/// exactly by its eigenvectors, so that negative curvature is followed. Refers to both.
class DenseBoxModel final : public BoxModel {
 public:
  /// hessian: n*n, symmetric, finite; gradient: n
  DenseBoxModel(std::span<const double> hessian, std::span<const double> gradient)
      : hessian_(hessian), gradient_(gradient) {}
  std::vector<double> gradient_at(std::span<const double> step) const override;
  double fall(std::span<const double> step) const override;
  std::vector<double> face_step(std::span<const std::size_t> variables, std::span<const double> step,
                                std::span<const double> gradient, double radius) const override;

 private:
  std::span<const double> hessian_, gradient_;
};

}  // namespace downhill::optimize
