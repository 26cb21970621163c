#include "optimize/line_search/line_function.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "optimize/norms.hpp"
#include "optimize/power_of_two.hpp"

namespace downhill::optimize {

namespace {

constexpr double roundings_allowed = 8;  // f is computed with many operations
constexpr double noises_allowed = 2;

}  // namespace

bool Sample::is_usable() const { return std::isfinite(rise); }

LineFunction::LineFunction(Walk& walk, const Ray& ray)
    : walk_(walk), ray_(ray), exponent_(std::ilogb(ray.slope)), slope_(std::ldexp(ray.slope, -exponent_)) {}

LineFunction::~LineFunction() {
  walk_.give_up(std::move(last_));
  walk_.give_up(std::move(lowest_point_));
}

Sample LineFunction::start() const { return {0, 0, slope_, walk_.here().value}; }

Sample LineFunction::at(double t) {
  if (is_lowest_last_) std::swap(last_, lowest_point_);
  is_lowest_last_ = false;
  walk_.give_up(std::move(last_));
  Trial trial = try_step(walk_, ray_, t);
  const bool is_trial_usable = optimize::is_usable(trial);
  last_ = std::move(trial.point);
  last_step_ = t;
  Sample sample{t, std::numeric_limits<double>::quiet_NaN(), 0, last_.value};
  if (!is_trial_usable) return sample;
  const double before = walk_.here().value;
  sample.slope = times_power_of_two(dot(last_.gradient, ray_.direction), -exponent_);
  sample.rise = times_power_of_two(last_.value - before, -exponent_);
  const double by_slopes = 0.5 * t * (slope_ + sample.slope);
  const double size = std::max(std::abs(before), std::abs(last_.value));
  const double rounding =
      times_power_of_two(std::max(roundings_allowed * rounding_of(size), noises_allowed * ray_.noise), -exponent_);
  if (std::abs(sample.rise) <= rounding && std::abs(sample.rise - by_slopes) <= rounding) sample.rise = by_slopes;
  if (sample.is_usable() && sample.rise < (lowest_ ? lowest_->rise : 0)) {
    lowest_ = sample;
    is_lowest_last_ = true;
  }
  return sample;
}

bool LineFunction::is_lower(const Sample& a, const Sample& b) const {
  const double difference = a.rise - b.rise;
  const double size = times_power_of_two(rounding_of(std::max(std::abs(a.value), std::abs(b.value))), -exponent_);
  if (std::abs(difference) > roundings_allowed * size) return difference < 0;
  return (a.step - b.step) * (a.slope + b.slope) < 0;
}

std::optional<Trial> LineFunction::lowest() {
  const double before = walk_.here().value;
  const double rounding = std::max(rounding_of(before), ray_.noise);
  if (!lowest_ || !(lowest_->value < before - rounding)) return std::nullopt;
  return Trial{lowest_->step, std::move(is_lowest_last_ ? last_ : lowest_point_)};
}

bool has_fallen_enough(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample) {
  return sample.rise <= wolfe.sufficient_decrease * sample.step * phi.slope();
}

bool is_strong(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample) {
  return has_fallen_enough(wolfe, phi, sample) && std::abs(sample.slope) <= -wolfe.curvature * phi.slope();
}

bool is_weak(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample) {
  return has_fallen_enough(wolfe, phi, sample) && sample.slope >= wolfe.curvature * phi.slope();
}

bool is_at_bound(const Wolfe& wolfe, const LineFunction& phi, const Sample& sample) {
  return sample.step >= phi.longest() && sample.slope < 0 && has_fallen_enough(wolfe, phi, sample);
}

void check_order(std::string_view search, double sufficient_decrease, double curvature) {
  if (sufficient_decrease <= curvature) return;
  throw OptionError(
      fmt::format("{}: sufficient_decrease = {} is above curvature = {}", search, sufficient_decrease, curvature));
}

}  // namespace downhill::optimize
