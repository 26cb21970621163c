#include <downhill/operations.hpp>

#include "optimize/rules/rule_model.hpp"
#include "options/fields.hpp"

namespace downhill {

options::Fields ClipByNorm::fields() {
  return {options::field("largest", &ClipByNorm::largest, "Euclidean norm of all gradients together at most",
                         options::positive())};
}
options::Fields ClipByValue::fields() {
  return {options::field("largest", &ClipByValue::largest, "size of an entry at most", options::positive())};
}

namespace optimize {

namespace {

std::vector<Array> apply(const ClipByNorm& options, std::span<const Array> gradients) {
  std::vector<Array> norms;
  for (const Array& gradient : gradients) norms.push_back(norm(gradient));
  const Array all = norms.size() == 1 ? norms.front() : norm(stack(norms));
  const Array factor = where(all > options.largest, options.largest / all, 1.0);
  std::vector<Array> result;
  for (const Array& gradient : gradients) result.push_back(gradient * astype(factor, gradient.dtype()));
  return result;
}

std::vector<Array> apply(const ClipByValue& options, std::span<const Array> gradients) {
  std::vector<Array> result;
  for (const Array& gradient : gradients) result.push_back(clip(gradient, -options.largest, options.largest));
  return result;
}

}  // namespace

std::vector<Array> clipped(const Clip& clip, std::span<const Array> gradients) {
  if (!clip) return {gradients.begin(), gradients.end()};
  return std::visit([&](const auto& options) { return apply(options, gradients); }, *clip);
}

}  // namespace optimize

}  // namespace downhill
