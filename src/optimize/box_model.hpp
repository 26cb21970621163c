#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Minimising a quadratic model within bounds and a trust region, which is a box too: |s_i| <= radius.
namespace downhill::optimize {

/// A quadratic model of f around a point, in scaled variables.
class BoxModel {
 public:
  BoxModel() = default;
  BoxModel(const BoxModel&) = delete;
  BoxModel& operator=(const BoxModel&) = delete;
  virtual ~BoxModel() = default;
  /// The model's gradient at a step: n.
  [[nodiscard]] virtual std::vector<double> gradient_at(std::span<const double> step) const = 0;
  /// m(0) - m(step)
  [[nodiscard]] virtual double fall(std::span<const double> step) const = 0;
  /// What minimises m(step + w) over the w that is 0 off the variables given and at most `radius` long: n numbers.
  /// gradient: at the step.
  [[nodiscard]] virtual std::vector<double> face_step(std::span<const std::size_t> variables,
                                                      std::span<const double> step, std::span<const double> gradient,
                                                      double radius) const = 0;
};

/// The region of steps: the bounds about the point.
struct StepBounds {
  std::vector<double> lower;  ///< n, not positive
  std::vector<double> upper;  ///< n, not negative
};

/// A step within the bounds and the radius at which the model is low: no higher than at its Cauchy point on the projected way
/// against the gradient, and, from there, minimised over one face after another, variables taken off a bound when the model falls
/// inwards and put on one where a projected search meets it. It ends at a first-order point of the model or after 2n + 20 faces.
///
/// Returns n numbers, all 0 only if no variable can move and lower the model.
/// Reference: Lin & Moré, SIAM J. Optim. 9 (1999) 1100-1127, sections 3 to 5, with a box in place of their ellipsoid and faces solved
/// exactly.
[[nodiscard]] std::vector<double> step_in_box(const BoxModel& model, const StepBounds& bounds, double radius);

}  // namespace downhill::optimize
