#include "optimize/smooth_part.hpp"

#include <cmath>

#include "optimize/norms.hpp"

namespace downhill::optimize {

void SmoothPart::settle(Walk& walk) {
  if (gradient_.empty()) evaluate(walk, walk.here().x);
}

Point SmoothPart::evaluate(Walk& walk, std::vector<double> x) {
  gradient_.resize(x.size());
  const SplitValue split = walk.split_value_and_gradient(x, gradient_);
  value_ = split.smooth_part;
  Point point{std::move(x), split.value, gradient_};
  if (walk.kinks() != nullptr) walk.kinks()->shorten(point.x, point.gradient);
  return point;
}

bool SmoothPart::is_finite() const {
  return !gradient_.empty() && std::isfinite(value_) && optimize::is_finite(gradient_);
}

}  // namespace downhill::optimize
