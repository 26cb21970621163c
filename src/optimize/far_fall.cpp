#include "optimize/far_fall.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/rays.hpp"

namespace downhill::optimize {

bool FarFall::look(Walk& walk, std::uint64_t iteration) {
  if (iteration < 16 || (iteration & (iteration - 1)) != 0) return false;
  std::vector<double> come(walk.here().x);
  for (std::size_t i = 0; i < come.size(); ++i) come[i] -= landmark_[i];
  come = walk.box().without_end(come);
  landmark_ = walk.here().x;
  for (const std::vector<double>& ray : {come, main_part(walk, come)}) {
    if (way_.empty() && !ray.empty() && follow_ray(walk, walk.here(), ray) == Fall::unbounded) way_ = ray;
  }
  return !way_.empty();
}

namespace {

// Whether f falls to -inf on the way from here to where it is that: between the last numbers before it f still falls notably, as at the pole
// of log(x), or comes to the end of numbers. log(exp(x)) does neither: there exp(x) underflows.
bool is_fall_to_infinity(Walk& walk, std::span<const double> end) {
  constexpr double notable = 1e-6;
  constexpr double end_of_numbers = -0x1p1000;
  std::vector<double> way(end.begin(), end.end());
  for (std::size_t i = 0; i < way.size(); ++i) way[i] -= walk.here().x[i];
  // As parts of the way that are left: near the end halved, so that nothing is lost where x is 0 there.
  double finite = 1, infinite = 0, value = walk.here().value;
  for (double left = 0.5; left < finite && left > infinite;) {
    const std::vector<double> x = along(end, -left, way);
    if (std::ranges::equal(x, end)) break;
    const double there = walk.value(x);
    if (std::isnan(there) || there > 0x1p1023) return true;  // overflows on the way
    if (std::isinf(there)) {
      infinite = left;
    } else {
      finite = left;
      value = there;
    }
    left = infinite == 0 ? 0.5 * finite : 0.5 * (finite + infinite);
  }
  // The next number from there at which f is another.
  double before = value;
  for (double gap = finite - infinite; before == value && gap < 1; gap *= 2) {
    before = walk.value(along(end, -(finite + gap), way));
  }
  return value < end_of_numbers || !(before - value <= notable * std::abs(value));
}

}  // namespace

bool FarFall::look_for_infinity(Walk& walk) {
  if (walk.fell_to().empty()) return false;
  const std::vector<double> end = walk.fell_to();
  if (!is_fall_to_infinity(walk, end)) {
    walk.forget_fall();
    return false;
  }
  way_ = end;
  for (std::size_t i = 0; i < way_.size(); ++i) way_[i] -= walk.here().x[i];
  return true;
}

void FarFall::tell(Verdict& verdict) const {
  if (way_.empty()) return;
  verdict.kind = Verdict::Kind::unbounded;
  const double length = norm(way_);
  verdict.direction = way_;
  for (double& entry : verdict.direction) entry /= length;
  verdict.explanation = "f falls without bound along the direction";
}

}  // namespace downhill::optimize
