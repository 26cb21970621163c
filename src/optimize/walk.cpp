#include "optimize/walk.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "optimize/differences.hpp"

namespace downhill::optimize {

Walk::Walk(Objective& objective, Point start, const Stop& stop, std::stop_token token, std::uint64_t seed)
    : objective_(objective),
      start_(start),
      here_(std::move(start)),
      stop_(&stop),
      token_(std::move(token)),
      draws_(seed),
      counts_at_start_(with_inner_calls(objective.counts(), objective.capabilities(), here_.x.size())),
      travelled_(here_.x.size(), 0.0) {
  set_gradient(here_.gradient);
}

void Walk::set_gradient(std::vector<double> gradient) {
  here_.gradient = std::move(gradient);
  if (largest_gradient_.size() < here_.gradient.size()) largest_gradient_.resize(here_.gradient.size(), 0.0);
  for (std::size_t i = 0; i < here_.gradient.size(); ++i) {
    largest_gradient_[i] = std::max(largest_gradient_[i], std::abs(here_.gradient[i]));
  }
}

void Walk::move(Point next) {
  here_.x = std::move(next.x);
  here_.value = next.value;
  ++moves_;
  if ((moves_ & (moves_ - 1)) == 0) landmark_before_ = std::exchange(landmark_, here_.x);
  for (std::size_t i = 0; i < here_.x.size(); ++i) {
    travelled_[i] = std::max(travelled_[i], std::abs(here_.x[i] - start_.x[i]));
  }
  set_gradient(std::move(next.gradient));
}

void Walk::note(double value, std::span<const double> x) {
  if (std::isinf(value) && value < 0 && fell_to_.empty()) fell_to_.assign(x.begin(), x.end());
}

double Walk::value(std::span<const double> x) {
  const double value = objective_.value(x);
  note(value, x);
  return value;
}

double Walk::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  const double value = objective_.value_and_gradient(x, gradient);
  note(value, x);
  return value;
}

void Walk::values(std::span<const double> points, std::span<double> values) {
  objective_.values(points, values);
  for (std::size_t k = 0; k < values.size(); ++k) note(values[k], points.subspan(k * size(), size()));
}

Point Walk::evaluate(std::vector<double> x) {
  Point point;
  if (objective_.capabilities().gradient == Derivatives::none) {
    point.value = value(x);
  } else {
    point.gradient.resize(x.size());
    point.value = value_and_gradient(x, point.gradient);
  }
  point.x = std::move(x);
  return point;
}

double Walk::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

std::uint64_t Walk::evaluations() const {
  const EvaluationCounts now = with_inner_calls(objective_.counts(), objective_.capabilities(), size());
  return (now.value - counts_at_start_.value) + (now.gradient - counts_at_start_.gradient);
}

bool Walk::is_over() const {
  if (token_.stop_requested() || evaluations() >= stop_->max_evaluations) return true;
  return std::isfinite(stop_->max_seconds) && seconds() >= stop_->max_seconds;
}

Stop Walk::remaining() const {
  Stop result = *stop_;
  result.max_evaluations -= std::min(result.max_evaluations, evaluations());
  if (std::isfinite(result.max_seconds)) result.max_seconds = std::max(0.0, result.max_seconds - seconds());
  return result;
}

Walk Walk::without_limits(const Stop& unlimited) const {
  Walk result(*this);
  result.stop_ = &unlimited;
  result.token_ = {};
  return result;
}

double Walk::relative_gradient() const {
  double result = 0;
  for (std::size_t i = 0; i < here_.gradient.size(); ++i) {
    if (here_.gradient[i] == 0) continue;
    result = std::max(result, std::abs(here_.gradient[i]) / largest_gradient_[i]);
  }
  return result;
}

bool Walk::is_still_travelling() const {
  if (moves_ < 64) return false;
  for (std::size_t i = 0; i < here_.x.size(); ++i) {
    if (std::abs(here_.x[i] - landmark_before_[i]) > 0.1 * travelled_[i]) return true;
  }
  return false;
}

std::vector<double> Walk::lengths() const {
  std::vector<double> result(travelled_);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = std::max(result[i], std::abs(here_.x[i]));
  return result;
}

}  // namespace downhill::optimize
