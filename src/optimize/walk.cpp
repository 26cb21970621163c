#include "optimize/walk.hpp"

#include <algorithm>
#include <cmath>
#include <ctime>
#include <limits>
#include <utility>

#include "optimize/differences.hpp"
#include "optimize/face.hpp"
#include "optimize/norms.hpp"
#include "optimize/sparse_source.hpp"

namespace downhill::optimize {

namespace {

// Each entry becomes |v_i| where that is larger.
void raise_to_sizes(std::span<double> most, std::span<const double> v) {
  for (std::size_t i = 0; i < v.size(); ++i) {
    const double before = most[i], now = std::abs(v[i]);
    most[i] = before < now ? now : before;
  }
}

}  // namespace

Walk::Walk(Objective& objective, Point start, const Stop& stop, std::stop_token token, std::uint64_t seed,
           Interruption interruption)
    : objective_(objective),
      kinks_(objective.l1().empty() ? nullptr : std::make_shared<Kinks>(objective.size(), objective.l1())),
      box_(objective.bounds()),
      start_(start),
      here_(std::move(start)),
      stop_(&stop),
      token_(std::move(token)),
      draws_(seed),
      counts_at_start_(objective.counts()),
      interruption_(interruption),
      travelled_(here_.x.size(), 0.0) {
  note_gradient();
}

Walk::Walk(Objective& objective, const Walk& whole, const Face& face)
    : objective_(objective),
      box_(objective.bounds()),
      start_{face.part(whole.start_.x), whole.start_.value, {}},
      here_{face.part(whole.here_.x), whole.here_.value, {}},
      stop_(whole.stop_),
      token_(whole.token_),
      draws_(whole.draws_),
      began_(whole.began_),
      counts_at_start_(objective.counts()),
      interruption_(whole.interruption_),
      travelled_(face.part(whole.travelled_)),
      moves_(whole.moves_) {
  if (!whole.here_.gradient.empty()) {
    here_.gradient = face.part(whole.here_.gradient);
    largest_gradient_ = face.part(whole.largest_gradient_);
  }
  if (!whole.landmark_.empty()) landmark_ = face.part(whole.landmark_);
  if (!whole.landmark_before_.empty()) landmark_before_ = face.part(whole.landmark_before_);
}

void Walk::set_gradient(std::vector<double> gradient) {
  std::swap(here_.gradient, gradient);
  note_gradient();
}

void Walk::note_gradient() {
  if (largest_gradient_.size() < here_.gradient.size()) largest_gradient_.resize(here_.gradient.size(), 0.0);
  raise_to_sizes(largest_gradient_, here_.gradient);
}

void Walk::move(Point next) {
  std::swap(here_, next);
  ++moves_;
  if ((moves_ & (moves_ - 1)) == 0) landmark_before_ = std::exchange(landmark_, here_.x);
  for (std::size_t i = 0; i < here_.x.size(); ++i) {
    const double before = travelled_[i], now = std::abs(here_.x[i] - start_.x[i]);
    travelled_[i] = before < now ? now : before;
  }
  note_gradient();
  give_up(std::move(next));
}

void Walk::go_back(Point point) {
  move(std::move(point));
  for (std::size_t i = 0; i < here_.x.size(); ++i) travelled_[i] = std::abs(here_.x[i] - start_.x[i]);
  largest_gradient_.assign(start_.gradient.size(), 0.0);
  for (std::size_t i = 0; i < start_.gradient.size(); ++i) largest_gradient_[i] = std::abs(start_.gradient[i]);
  set_gradient(std::move(here_.gradient));
}

void Walk::note(double value, std::span<const double> x) {
  if (!std::isfinite(value)) not_finite_at_.assign(x.begin(), x.end());
  if (std::isinf(value) && value < 0 && fell_to_.empty()) fell_to_.assign(x.begin(), x.end());
}

double Walk::no_place(std::span<const double> x, std::span<double> gradient) {
  std::ranges::fill(gradient, std::numeric_limits<double>::quiet_NaN());
  const double value = std::numeric_limits<double>::infinity();
  note(value, x);
  return value;
}

double Walk::value(std::span<const double> x) {
  if (!is_finite(x)) return no_place(x);
  const double value = objective_.value(x);
  note(value, x);
  return value;
}

double Walk::value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  if (!is_finite(x)) return no_place(x, gradient);
  if (kinks_ != nullptr) {
    const double split = split_value_and_gradient(x, gradient).value;
    kinks_->shorten(x, gradient);
    return split;
  }
  const double value = objective_.value_and_gradient(x, gradient);
  note(value, x);
  return value;
}

SplitValue Walk::split_value_and_gradient(std::span<const double> x, std::span<double> gradient) {
  if (!is_finite(x)) {
    const double nothing = no_place(x, gradient);
    return {nothing, nothing};
  }
  const SplitValue split = objective_.split_value_and_gradient(x, gradient);
  note(split.value, x);
  return split;
}

void Walk::values(std::span<const double> points, std::span<double> values) {
  objective_.values(points, values);
  for (std::size_t k = 0; k < values.size(); ++k) {
    const std::span<const double> x = points.subspan(k * size(), size());
    if (is_finite(x)) {
      note(values[k], x);
    } else {
      values[k] = no_place(x);
    }
  }
}

namespace {

// `at` is filled and given to the point, whose x is in its place.
void complete_with_jacobian(Objective& objective, Point& point, std::shared_ptr<Residuals> at) {
  const std::size_t n = point.x.size(), m = objective.capabilities().residuals;
  at->values.resize(m);
  point.gradient.assign(n, 0.0);
  SparseSource* const sparse = objective.source()->sparse();
  SparseJacobian* const by_entries = sparse != nullptr ? sparse->jacobian() : nullptr;
  at->pattern = by_entries != nullptr ? &by_entries->pattern() : nullptr;
  if (by_entries != nullptr) {
    const analysis::SparsityPattern& pattern = by_entries->pattern();
    at->jacobian.resize(pattern.entries.size());
    point.value = by_entries->evaluate(point.x, at->values, at->jacobian);
    objective.add({.residuals = 1 + by_entries->products()});
    for (std::size_t i = 0; i < m; ++i) {
      const double twice = 2 * at->values[i];
      for (std::size_t k = pattern.begin[i]; k < pattern.begin[i + 1]; ++k) {
        point.gradient[pattern.entries[k]] += twice * at->jacobian[k];
      }
    }
  } else {
    at->jacobian.resize(m * n);
    point.value = objective.residuals_and_jacobian(point.x, at->values, at->jacobian);
    for (std::size_t i = 0; i < m; ++i) {
      const double twice = 2 * at->values[i];
      const double* row = at->jacobian.data() + i * n;
      for (std::size_t j = 0; j < n; ++j) point.gradient[j] += twice * row[j];
    }
  }
  if (std::isfinite(point.value) && !is_finite(point.gradient)) objective.value_and_gradient(point.x, point.gradient);
  point.residuals = std::move(at);
}

}  // namespace

Point with_jacobian(Objective& objective, std::vector<double> x) {
  Point point{std::move(x), 0, {}};
  complete_with_jacobian(objective, point, std::make_shared<Residuals>());
  return point;
}

std::shared_ptr<Residuals> Walk::residuals_room() {
  for (std::size_t k = 0; k < spare_residuals_.size(); ++k) {
    if (spare_residuals_[k].use_count() != 1) continue;
    std::swap(spare_residuals_[k], spare_residuals_.back());
    auto room = std::const_pointer_cast<Residuals>(std::move(spare_residuals_.back()));
    spare_residuals_.pop_back();
    return room;
  }
  return std::make_shared<Residuals>();
}

void Walk::complete_by_residuals(Point& point) {
  std::shared_ptr<Residuals> at = residuals_room();
  at->values.resize(objective_.capabilities().residuals);
  at->jacobian.clear();
  point.value = objective_.residuals(point.x, at->values);
  note(point.value, point.x);
  point.residuals = std::move(at);
  point.gradient.clear();
}

void Walk::add_jacobian(Point& point) {
  if (point.residuals != nullptr && !point.residuals->jacobian.empty()) return;
  const bool is_alone = point.residuals.use_count() == 1;
  auto at = is_alone ? std::const_pointer_cast<Residuals>(std::move(point.residuals)) : residuals_room();
  complete_with_jacobian(objective_, point, std::move(at));
}

const Residuals& Walk::residuals_here() {
  if (here_.residuals == nullptr || here_.residuals->jacobian.empty()) {
    here_.residuals = with_jacobian(objective_, here_.x).residuals;
  }
  return *here_.residuals;
}

Point Walk::evaluate(std::vector<double> x) {
  Point point{std::move(x), 0, {}};
  complete(point);
  return point;
}

void Walk::complete(Point& point) {
  if (is_by_residuals_) {
    complete_with_jacobian(objective_, point, residuals_room());
    note(point.value, point.x);
  } else if (objective_.capabilities().gradient == Derivatives::none) {
    point.value = value(point.x);
    point.gradient.clear();
  } else {
    point.gradient.resize(point.x.size());
    point.value = value_and_gradient(point.x, point.gradient);
  }
}

Point Walk::room() {
  if (spare_.empty()) return {};
  Point point = std::move(spare_.back());
  spare_.pop_back();
  return point;
}

void Walk::give_up(Point&& point) {
  if (point.residuals != nullptr) {
    if (spare_residuals_.size() == most_spare) spare_residuals_.erase(spare_residuals_.begin());
    spare_residuals_.push_back(std::move(point.residuals));
  }
  if (point.x.capacity() > 0 && spare_.size() < most_spare) spare_.push_back(std::move(point));
}

double Walk::seconds() const {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
}

EvaluationCounts Walk::counts() const {
  EvaluationCounts counts = objective_.counts();
  counts.value -= counts_at_start_.value;
  counts.gradient -= counts_at_start_.gradient;
  counts.hessian_vector -= counts_at_start_.hessian_vector;
  counts.hessian -= counts_at_start_.hessian;
  counts.residuals -= counts_at_start_.residuals;
  counts.jacobian -= counts_at_start_.jacobian;
  return counts;
}

void Walk::add(const Spent& spent, const Spent& already) {
  EvaluationCounts more = spent.counts;
  more.value -= already.counts.value;
  more.gradient -= already.counts.gradient;
  more.hessian_vector -= already.counts.hessian_vector;
  more.hessian -= already.counts.hessian;
  more.residuals -= already.counts.residuals;
  more.jacobian -= already.counts.jacobian;
  objective_.add(more);
  const std::chrono::duration<double> earlier(spent.seconds - already.seconds);
  began_ -= std::chrono::duration_cast<std::chrono::steady_clock::duration>(earlier);
}

std::uint64_t Walk::evaluations() const {
  const Capabilities& has = objective_.capabilities();
  if (has.gradient == Derivatives::exact && has.hessian != Derivatives::differences) {  // no calls are hidden in others
    const EvaluationCounts& now = objective_.counts();
    const EvaluationCounts& then = counts_at_start_;
    return (now.value - then.value) + (now.gradient - then.gradient) + (now.residuals - then.residuals) +
           (now.jacobian - then.jacobian);
  }
  const EvaluationCounts all = with_inner_calls(counts(), objective_.capabilities(), size());
  return all.value + all.gradient + all.residuals + all.jacobian;
}

// Far from the end of its time the coarse clock will do, which is cheaper to read and behind by some milliseconds.
bool Walk::is_at_limit() const {
  if (token_.stop_requested() || evaluations() >= stop_->max_evaluations) return true;
  if (!std::isfinite(stop_->max_seconds)) return false;
  timespec coarse{};
  clock_gettime(CLOCK_MONOTONIC_COARSE, &coarse);
  const std::chrono::duration<double> start = began_.time_since_epoch();
  const double now = static_cast<double>(coarse.tv_sec) + 1e-9 * static_cast<double>(coarse.tv_nsec);
  return now - start.count() > stop_->max_seconds - 0.05 && seconds() >= stop_->max_seconds;
}

Stop Walk::remaining() const {
  Stop result = *stop_;
  if (interruption_ == Interruption::between_steps) {
    result.max_evaluations = Stop().max_evaluations;
    result.max_seconds = Stop().max_seconds;
    return result;
  }
  result.max_evaluations -= std::min(result.max_evaluations, evaluations());
  if (std::isfinite(result.max_seconds)) result.max_seconds = std::max(0.0, result.max_seconds - seconds());
  return result;
}

Walk Walk::without_limits(const Stop& unlimited) const {
  Walk result(*this);
  result.stop_ = &unlimited;
  result.token_ = {};
  result.interruption_ = Interruption::within_steps;
  return result;
}

double Walk::relative_gradient() const {
  const std::vector<double> projected = box_.is_bounded() ? projected_gradient() : std::vector<double>();
  const std::vector<double>& gradient = box_.is_bounded() ? projected : here_.gradient;
  double result = 0;
  for (std::size_t i = 0; i < gradient.size(); ++i) {
    if (gradient[i] == 0) continue;
    result = std::max(result, std::abs(gradient[i]) / largest_gradient_[i]);
  }
  return result;
}

bool Walk::is_relative_gradient_above(double bound) const {
  if (box_.is_bounded()) return relative_gradient() > bound;
  for (std::size_t i = 0; i < here_.gradient.size(); ++i) {
    const double g = here_.gradient[i];
    if (g != 0 && std::abs(g) / largest_gradient_[i] > bound) return true;
  }
  return false;
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

std::vector<double> Walk::recent_lengths(Landmark landmark) const {
  const bool is_last = landmark == Landmark::last && !landmark_.empty() && landmark_ != here_.x;
  const std::vector<double>& chosen = is_last ? landmark_ : landmark_before_;
  const std::vector<double>& before = chosen.empty() ? start_.x : chosen;
  std::vector<double> result(here_.x.size());
  for (std::size_t i = 0; i < result.size(); ++i) {
    result[i] = std::max(std::abs(here_.x[i]), std::abs(here_.x[i] - before[i]));
  }
  return result;
}

}  // namespace downhill::optimize
