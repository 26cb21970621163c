#include <downhill/operations.hpp>

#include <cmath>

#include "learn/losses/loss_erasure.hpp"

namespace downhill::learn {

options::Fields CrossEntropy::fields() { return {}; }
options::Fields MulticlassHinge::fields() {
  return {options::field("margin", &MulticlassHinge::margin, "in units of the scores", options::positive())};
}
options::Fields LogisticLoss::fields() { return {}; }
options::Fields SquaredError::fields() { return {}; }
options::Fields HuberError::fields() {
  return {
      options::field("delta", &HuberError::delta, "where squares end, in units of the targets", options::positive())};
}

template <>
struct Mean<CrossEntropy> {
  static Array of(const CrossEntropy&, const Array& scores, const Array& labels) {
    return cross_entropy(scores, labels);
  }
};
template <>
struct Mean<MulticlassHinge> {
  static Array of(const MulticlassHinge& options, const Array& scores, const Array& labels) {
    return multiclass_hinge(scores, labels, options.margin);
  }
};
template <>
struct Mean<LogisticLoss> {
  static Array of(const LogisticLoss&, const Array& scores, const Array& labels) {
    return logistic_loss(reshape(scores, {scores.shape()[0]}), 2 * labels - 1);
  }
};
template <>
struct Mean<SquaredError> {
  static Array of(const SquaredError&, const Array& outputs, const Array& targets) {
    return squared_error(outputs, targets);
  }
  static Array residuals(const SquaredError&, const Array& outputs, const Array& targets) {
    return (outputs - targets) / std::sqrt(static_cast<double>(outputs.size()));
  }
};
template <>
struct Mean<HuberError> {
  static Array of(const HuberError& options, const Array& outputs, const Array& targets) {
    return huber(outputs, targets, options.delta);
  }
};

template Loss::Loss(const CrossEntropy&);
template Loss::Loss(const MulticlassHinge&);
template Loss::Loss(const LogisticLoss&);
template Loss::Loss(const SquaredError&);
template Loss::Loss(const HuberError&);

}  // namespace downhill::learn
