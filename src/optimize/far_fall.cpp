#include "optimize/far_fall.hpp"

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

bool FarFall::look_for_infinity(const Walk& walk) {
  if (walk.fell_to().empty()) return false;
  way_ = walk.fell_to();
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
