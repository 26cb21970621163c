#include <downhill/operations.hpp>

#include "learn/losses/loss_model.hpp"

namespace downhill::learn {

std::string_view Loss::name() const { return model_->name(); }
std::string Loss::text(options::Detail detail) const { return model_->text(detail); }
std::string Loss::text() const { return text(options::Detail::changed); }
Target Loss::target() const { return model_->target(); }
Array Loss::operator()(const Array& outputs, const Array& targets) const { return model_->mean(outputs, targets); }
bool Loss::has_residuals() const { return model_->has_residuals(); }
std::optional<Array> Loss::residuals(const Array& outputs, const Array& targets) const {
  return model_->residuals(outputs, targets);
}

const options::Registry<Loss>& Loss::registry() {
  using options::entry;
  static const options::Registry<Loss> losses{
      "loss",
      {entry<Loss, CrossEntropy>(), entry<Loss, MulticlassHinge>(), entry<Loss, LogisticLoss>(),
       entry<Loss, SquaredError>(), entry<Loss, HuberError>()}};
  return losses;
}

Loss parse_loss(std::string_view text) { return Loss::registry().parse(text); }

// The first of the highest, by loops alone, which an object file can hold; NaN counts as highest.
Array predicted_labels(const Array& scores) {
  const std::int64_t classes = scores.shape()[1];
  if (classes > 1) {
    const Array highest = reshape(max(scores, {{1}}), {scores.shape()[0], 1});
    const Array is_highest = logical_or(equal(scores, highest), not_equal(scores, scores));
    return astype(min(where(is_highest, arange(classes), static_cast<double>(classes)), {{1}}), DType::i32);
  }
  return astype(reshape(scores, {scores.shape()[0]}) > 0.0, DType::i32);
}

}  // namespace downhill::learn
