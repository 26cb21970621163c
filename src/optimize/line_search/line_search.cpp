#include <downhill/line_search.hpp>

#include <cmath>
#include <limits>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"

namespace downhill {

std::string LineSearch::text(options::Detail detail) const { return model_->text(detail); }

namespace optimize {

std::vector<double> along(std::span<const double> x, double t, std::span<const double> direction) {
  std::vector<double> result(x.begin(), x.end());
  for (std::size_t i = 0; i < result.size(); ++i) result[i] += t * direction[i];
  return result;
}

Trial try_step(Walk& walk, const Ray& ray, double t) {
  Trial trial{t, walk.room()};
  walk.box().along(walk.here().x, t, ray.direction, trial.point.x);
  if (is_finite(trial.point.x) && t <= ray.longest) {
    walk.complete(trial.point);
  } else {
    trial.point.value = std::numeric_limits<double>::quiet_NaN();
    trial.point.gradient.clear();
  }
  return trial;
}

bool is_usable(const Trial& trial) { return std::isfinite(trial.point.value) && is_finite(trial.point.gradient); }

double rounding_of(double value) { return 4 * std::numeric_limits<double>::epsilon() * std::abs(value); }

}  // namespace optimize

}  // namespace downhill
