#include "ir/trace.hpp"
#include "ops/primitives.hpp"

#include <downhill/error.hpp>
#include <downhill/operations.hpp>

#include <fmt/format.h>

namespace downhill {
namespace {

/// For each row of `scores` [n, classes] the entry of its label: [n].
Array at_labels(const char* name, const Operand& scores, const Operand& labels) {
  const Type& s = scores.array.type();
  const Type& l = labels.array.type();
  if (s.shape.rank() != 2 || l.shape.rank() != 1 || s.shape[0] != l.shape[0]) {
    throw ShapeError(
        fmt::format("{}: scores are not [n, classes] with n labels: {} and {}", name, to_string(s), to_string(l)));
  }
  return ir::apply(primitives::gather, std::vector<Array>{scores.array, astype(labels, DType::i32)},
                   {{"batch", std::int64_t{1}}}, scores.where);
}

}  // namespace

Array squared_error(const Operand& prediction, const Operand& target) { return mean(square(prediction - target)); }

Array cross_entropy(const Operand& logits, const Operand& labels) {
  const Array chosen = at_labels("cross_entropy", logits, labels);
  return mean(logsumexp(logits, std::vector<std::int64_t>{1}) - chosen);
}

Array multiclass_hinge(const Operand& scores, const Operand& labels, double margin) {
  const Array chosen = at_labels("multiclass_hinge", scores, labels);
  // The label's own term is max(0, margin), constant: taken off again.
  const Array excess = relu(scores - expand_dims(chosen, 1) + margin);
  return mean(sum(excess, std::vector<std::int64_t>{1}) - (margin > 0 ? margin : 0.0));
}

Array huber(const Operand& prediction, const Operand& target, double delta) {
  const Array r = prediction - target;
  const Array size = abs(r);
  return mean(where(size <= delta, 0.5 * square(r), delta * (size - 0.5 * delta)));
}

Array logistic_loss(const Operand& scores, const Operand& labels) { return mean(softplus(-(labels * scores))); }

}  // namespace downhill
