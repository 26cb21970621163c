#include "optimize/residual_steps.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"
#include "optimize/subproblem/boundary.hpp"

namespace downhill::optimize {

void ResidualSteps::dogleg(double radius, std::vector<double>& q) const {
  const double far = norm(gauss_newton_);
  if (far <= radius) {
    q = gauss_newton_;
    return;
  }
  const std::size_t n = size();
  const double steepness = norm(gradient_);
  q.resize(n);
  for (std::size_t i = 0; i < n; ++i) q[i] = gradient_[i] / steepness;
  const double lowest = steepness / curvature_along(q);
  if (!(lowest < radius)) {
    for (double& entry : q) entry *= -radius;
    return;
  }
  // The model at the lowest point along the gradient has fallen by this part of what the Gauss-Newton step gains.
  const double part = steepness * lowest / std::abs(dot(gradient_, gauss_newton_));
  const double bend = std::min(1.0, 0.2 + 0.8 * part);
  if (bend * far <= radius) {
    for (std::size_t i = 0; i < n; ++i) q[i] = (radius / far) * gauss_newton_[i];
    return;
  }
  for (double& entry : q) entry *= -lowest;
  std::vector<double> way(n);
  for (std::size_t i = 0; i < n; ++i) way[i] = bend * gauss_newton_[i] - q[i];
  const double t = way_to_boundary(q, way, radius);
  for (std::size_t i = 0; i < n; ++i) q[i] += t * way[i];
}

}  // namespace downhill::optimize
