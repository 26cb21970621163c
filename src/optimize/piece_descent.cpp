#include "optimize/piece_descent.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/piece_step.hpp"

namespace downhill::optimize {

namespace {

constexpr double near = 1e-3;  // of a variable's length
constexpr int most_steps = 20;

// What is left of the combination of gradients, against the largest of them.
double relative_rest(const PieceStep& found) {
  Eigen::VectorXd slopes = Eigen::VectorXd::Zero(found.gradient.size());
  for (const auto& cut : found.cuts) slopes = slopes.cwiseMax(cut.gradient.cwiseAbs());
  double result = 0;
  for (Eigen::Index i = 0; i < slopes.size(); ++i) {
    if (slopes[i] > 0) result = std::max(result, std::abs(found.gradient[i] + found.multipliers[i]) / slopes[i]);
  }
  return result;
}

// Σ |g_i x_i|, g_i being the largest slope of a piece along x_i: what of f a rounding of x and of what it is made of is a part of.
double slope_by_x(const Walk& walk, const PieceStep& found) {
  double result = 0;
  for (Eigen::Index i = 0; i < found.gradient.size(); ++i) {
    double slope = 0;
    for (const auto& cut : found.cuts) slope = std::max(slope, std::abs(cut.gradient[i]));
    result += slope * std::abs(walk.here().x[static_cast<std::size_t>(i)]);
  }
  return result;
}

// Whether the model's gradient is the one that everybody sees.
bool is_off_kinks(const Walk& walk, const PieceStep& found) {
  if (found.cuts.size() > 1) return false;
  double apart = 0, size = 0;
  for (std::size_t i = 0; i < walk.size(); ++i) {
    const double slope = found.gradient[static_cast<Eigen::Index>(i)];
    apart = std::max(apart, std::abs(slope - walk.here().gradient[i]));
    size = std::max(size, std::abs(slope));
  }
  return apart <= 1e-9 * size;
}

}  // namespace

// Where L1 terms are all the kinks there are, these are judged by themselves.
bool has_known_pieces(Walk& walk) {
  const Capabilities& has = walk.objective().capabilities();
  if (walk.kinks() != nullptr && has.smooth_part != false && !walk.box().is_bounded()) return false;
  return walk.objective().source()->pieces() != nullptr && has.hessian == Derivatives::exact;
}

bool settle_on_pieces(Walk& walk) {
  if (!has_known_pieces(walk)) return false;
  const bool has_gradient = !walk.here().gradient.empty();
  bool has_moved = false;
  PieceNewton newton;
  Walk trial = walk;
  if (!has_gradient) trial.set_gradient(trial.evaluate(trial.here().x).gradient);
  double before = std::numeric_limits<double>::infinity(), rest_before = before;
  for (int k = 0; k < most_steps; ++k) {
    PieceModel model(trial, trial.here().x);
    const auto found = newton.look(trial, model, PieceNewton::Damping::least);
    if (!found) break;
    // Where what is left to gain is lost in the rounding of f, the gradients tell.
    const double rest = relative_rest(*found);
    const bool is_lost = found->fall <= 64 * rounding_of(trial.here().value);
    if (!(found->fall < 0.5 * before) && !(is_lost && rest < 0.5 * rest_before)) break;
    rest_before = rest;
    before = found->fall;
    if (k > 0) {
      Point point = trial.here();
      if (!has_gradient) point.gradient.clear();
      walk.move(std::move(point));
      has_moved = true;
    }
    if ((is_off_kinks(trial, *found) && !is_lost) || !(found->fall > 0)) break;
    const std::vector<double> lengths = walk.lengths();
    bool is_near = true;
    for (std::size_t i = 0; i < lengths.size(); ++i) is_near = is_near && std::abs(found->step[i]) <= near * lengths[i];
    if (!is_near) break;
    Point next = end_of_step(trial, found->step);
    const double rise = next.value - trial.here().value;
    if (!(rise <= rounding_of(trial.here().value) + rounding_of(slope_by_x(trial, *found))) ||
        !is_finite(next.gradient))
      break;
    if (next.x == trial.here().x) break;
    trial.move(std::move(next));
  }
  return has_moved;
}

std::optional<Point> lower_point_by_pieces(Walk& walk) {
  constexpr int most = 200;
  const bool is_made_of_pieces = walk.objective().source()->pieces() != nullptr;
  if (!is_made_of_pieces || walk.objective().capabilities().hessian != Derivatives::exact) return std::nullopt;
  const double value = walk.here().value;
  Walk trial = walk;
  if (trial.here().gradient.empty()) trial.set_gradient(trial.evaluate(trial.here().x).gradient);
  PieceNewton newton;
  for (int k = 0; k < most && !walk.is_over(); ++k) {
    auto next = newton.step(trial);
    if (!next) break;
    trial.move(*std::move(next));
  }
  if (!(trial.here().value < value - 4 * rounding_of(value))) return std::nullopt;
  return trial.here();
}

}  // namespace downhill::optimize
