#pragma once
#include <memory>
#include <span>
#include <vector>

#include "optimize/scaled_hessian.hpp"
#include "optimize/sparse_factors.hpp"
#include "optimize/walk.hpp"

/// What Newton's method asks of the quadratic model at one point.
namespace downhill::optimize {

/// m(p) = g·p + ½ pᵀH p in the variables of a HessianScale.
class NewtonModel {
 public:
  virtual ~NewtonModel() = default;
  [[nodiscard]] virtual const HessianScale& scale() const = 0;
  [[nodiscard]] virtual const std::vector<double>& gradient() const = 0;
  /// The plain Newton step if the Hessian is clearly positive definite, else empty.
  [[nodiscard]] virtual std::vector<double> newton_step() = 0;
  /// The step that minimises the model within a radius.
  [[nodiscard]] virtual std::vector<double> step_within(double radius) = 0;
  /// About how long a step with |H| for H is, curvatures below a fraction of the largest raised to it: the first guess where no radius
  /// is known yet.
  [[nodiscard]] virtual double length_of_modified_step() = 0;
  /// The fall the model foretells for a step.
  [[nodiscard]] virtual double foretold_fall(std::span<const double> step) const = 0;
};

/// By eigenvectors, which are computed only when a plain Newton step will not do. hessian: n*n, finite.
[[nodiscard]] std::unique_ptr<NewtonModel> dense_newton_model(std::span<const double> hessian, const Point& at);

/// By factors of shifted Hessians. hessian: finite. `factors` is of its pattern, and outlives the model.
///
/// A step within a radius is a solution for a shift found by Newton's method on its length, to a tenth of the radius, with a multiple of a
/// direction of lowest curvature added in the hard case (Moré & Sorensen, SIAM J. Sci. Stat. Comput. 4 (1983) 553-572).
[[nodiscard]] std::unique_ptr<NewtonModel> sparse_newton_model(const SparseMatrix& hessian, const Point& at,
                                                               SparseFactors& factors);

}  // namespace downhill::optimize
