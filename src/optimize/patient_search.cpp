#include "optimize/patient_search.hpp"

#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"
#include "optimize/rounding.hpp"

namespace downhill::optimize {

namespace {

constexpr double most_of_the_fall = 0.1;
constexpr double lasting = 1e4;  // noise is measured again after f has changed by so many times of it

}  // namespace

double value_noise(Walk& walk) {
  const Point& here = walk.here();
  double result = 0;
  for (unsigned variant = 0; variant < 3; ++variant) {
    const std::vector<double> x = nudged(here.x, variant, walk.box());
    double expected = 0;
    for (std::size_t i = 0; i < x.size(); ++i) expected += here.gradient[i] * (x[i] - here.x[i]);
    const double noise = std::abs(walk.value(x) - here.value - expected);
    if (std::isfinite(noise)) result = std::max(result, noise);
  }
  return result;
}

std::optional<Trial> PatientSearch::find(const LineSearch& search, Walk& walk, Ray ray, double suggested_step) {
  const double value = walk.here().value;
  if (std::abs(value - measured_at_) > lasting * noise_) noise_ = 0;
  ray.noise = noise_;
  auto trial = search.model().find(walk, ray, suggested_step);
  if (trial || walk.is_over()) return trial;
  const double measured = value_noise(walk);
  if (!(measured > std::max(rounding_of(value), 2 * noise_))) return std::nullopt;
  // Noise as large as what f has fallen would let the run give that up again.
  if (measured > most_of_the_fall * std::abs(walk.start().value - value)) return std::nullopt;
  ray.noise = noise_ = measured;
  measured_at_ = value;
  return search.model().find(walk, ray, suggested_step);
}

bool has_ended_early(const Trial& trial, const Ray& ray) {
  return trial.step < 1 && dot(trial.point.gradient, ray.direction) < 0.9 * ray.slope;
}

}  // namespace downhill::optimize
