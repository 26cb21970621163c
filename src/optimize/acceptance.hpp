#pragma once

/// Whether a step was as good as its model foretold.
namespace downhill::optimize {

/// A step from a point to a trial, whose value and gradient are finite.
struct Foretold {
  double fall = 0;  ///< of f, by the model
  double value_before = 0;
  double value_after = 0;
  double gradient_before = 0;  ///< norms in the same scaled variables
  double gradient_after = 0;
};

/// Whether rounding leaves the decision to the gradients, which then have to be known.
[[nodiscard]] bool is_left_to_gradients(const Foretold& step);

/// Actual fall divided by foretold fall. Where both are lost in the rounding of f, the gradients decide: 1 if it is smaller and f
/// has not risen by more than rounding, -1 otherwise.
[[nodiscard]] double success_of(const Foretold& step);

}  // namespace downhill::optimize
