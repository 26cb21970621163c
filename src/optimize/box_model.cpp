#include "optimize/box_model.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"

namespace downhill::optimize {

namespace {

constexpr double sufficient = 0.01;  // Lin & Moré's mu_0
constexpr double settled = 1e-12;    // of the first gradient: nothing is left to gain on a face
constexpr int most_halvings = 60;

class Search {
 public:
  Search(const BoxModel& model, const StepBounds& bounds, double radius)
      : model_(model), lower_(bounds.lower), upper_(bounds.upper), step_(lower_.size(), 0.0) {
    for (std::size_t i = 0; i < step_.size(); ++i) {
      lower_[i] = std::max(lower_[i], -radius);
      upper_[i] = std::min(upper_[i], radius);
    }
    gradient_ = model_.gradient_at(step_);
    first_ = largest(projected());
  }

  std::vector<double> run() {
    if (!(first_ > 0) || !std::isfinite(first_)) return step_;
    go_to_cauchy_point();
    const std::size_t most_faces = 2 * step_.size() + 20;
    for (std::size_t k = 0; k < most_faces; ++k) {
      const std::vector<double> along = projected();
      if (largest(along) <= settled * first_) break;
      std::vector<std::size_t> face = free_variables();
      double on_face = 0;
      for (const std::size_t i : face) on_face = std::max(on_face, std::abs(gradient_[i]));
      if (on_face <=
          1e-3 * largest(along)) {  // the face is as good as solved: variables whose bound holds nothing leave it
        for (std::size_t i = 0; i < along.size(); ++i) {
          if (along[i] != 0 && !is_free(i)) face.push_back(i);
        }
        std::ranges::sort(face);
      }
      if (!has_moved_on(face)) break;
    }
    return step_;
  }

 private:
  [[nodiscard]] double nearest(std::size_t i, double s) const { return std::max(lower_[i], std::min(s, upper_[i])); }
  [[nodiscard]] bool is_free(std::size_t i) const { return step_[i] > lower_[i] && step_[i] < upper_[i]; }

  [[nodiscard]] std::vector<std::size_t> free_variables() const {
    std::vector<std::size_t> result;
    for (std::size_t i = 0; i < step_.size(); ++i) {
      if (is_free(i)) result.push_back(i);
    }
    return result;
  }

  // The gradient, 0 where only a bound keeps the model from falling.
  [[nodiscard]] std::vector<double> projected() const {
    std::vector<double> result = gradient_;
    for (std::size_t i = 0; i < result.size(); ++i) {
      if ((result[i] > 0 && step_[i] <= lower_[i]) || (result[i] < 0 && step_[i] >= upper_[i])) result[i] = 0;
    }
    return result;
  }

  [[nodiscard]] std::vector<double> stopped(double t, std::span<const double> direction) const {
    std::vector<double> result(step_.size());
    for (std::size_t i = 0; i < result.size(); ++i) result[i] = nearest(i, step_[i] + t * direction[i]);
    return result;
  }

  // How much lower the model is than here, by the trapezoidal rule, which is exact for it; -1 where that is not enough.
  [[nodiscard]] double fall_to(std::span<const double> to) const {
    const std::vector<double> gradient = model_.gradient_at(to);
    double fall = 0, slope = 0;
    for (std::size_t i = 0; i < to.size(); ++i) {
      const double moved = to[i] - step_[i];
      if (moved == 0) continue;
      slope += gradient_[i] * moved;
      fall -= 0.5 * (gradient_[i] + gradient[i]) * moved;
    }
    return fall > 0 && fall >= -sufficient * slope ? fall : -1;
  }

  void move_to(std::vector<double> to) {
    step_ = std::move(to);
    gradient_ = model_.gradient_at(step_);
  }

  // Lin & Moré, section 3: s(t) = P(-t g), from the bottom of the model along -g to more where it falls enough, else to less.
  void go_to_cauchy_point() {
    std::vector<double> direction = projected();
    for (double& entry : direction) entry = -entry;
    const double length = norm(direction);
    std::vector<double> unit = direction;
    for (double& entry : unit) entry /= length;
    const std::vector<double> ahead = model_.gradient_at(unit);
    double curvature = 0;
    for (std::size_t i = 0; i < unit.size(); ++i) curvature += unit[i] * (ahead[i] - gradient_[i]);
    double farthest = 0;  // the last variable meets a bound
    for (std::size_t i = 0; i < direction.size(); ++i) {
      if (direction[i] == 0) continue;
      farthest = std::max(farthest, (direction[i] > 0 ? upper_[i] : lower_[i]) / direction[i]);
    }
    double t = curvature > 0 ? 1 / curvature : farthest;
    t = std::min(t, farthest);
    if (!std::isfinite(t)) t = 1 / length;
    double fall = fall_to(stopped(t, direction));
    if (fall > 0) {
      while (t < farthest && std::isfinite(10 * t)) {
        const double further = fall_to(stopped(10 * t, direction));
        if (further <= fall) break;
        fall = further;
        t *= 10;
      }
    } else {
      for (int k = 0; k < most_halvings && !(fall > 0); ++k) {
        t *= 0.25;
        fall = fall_to(stopped(t, direction));
      }
    }
    if (fall > 0) move_to(stopped(t, direction));
  }

  // Section 5: minimises over the face, and searches along the projected way there.
  bool has_moved_on(const std::vector<std::size_t>& face) {
    if (face.empty()) return false;
    double reach = 0;
    for (const std::size_t i : face) reach = std::max({reach, step_[i] - lower_[i], upper_[i] - step_[i]});
    reach *= std::sqrt(static_cast<double>(face.size()));
    const std::vector<double> way = model_.face_step(face, step_, gradient_, reach);
    if (!is_finite(way) || largest(way) == 0) return false;
    double first_break = 1;
    for (std::size_t i = 0; i < way.size(); ++i) {
      if (way[i] == 0) continue;
      const double room = ((way[i] > 0 ? upper_[i] : lower_[i]) - step_[i]) / way[i];
      if (room > 0) first_break = std::min(first_break, room);
    }
    double t = 1;
    for (int k = 0; k < most_halvings; ++k) {
      std::vector<double> to = stopped(t, way);
      if (to == step_) return false;
      if (fall_to(to) > 0) {
        move_to(std::move(to));
        return true;
      }
      t = t > first_break ? std::max(0.5 * t, first_break) : 0.5 * t;
    }
    return false;
  }

  const BoxModel& model_;
  std::vector<double> lower_, upper_;
  std::vector<double> step_;
  std::vector<double> gradient_;  // at the step
  double first_ = 0;              // largest component of the projected gradient at the point
};

}  // namespace

std::vector<double> step_in_box(const BoxModel& model, const StepBounds& bounds, double radius) {
  return Search(model, bounds, radius).run();
}

}  // namespace downhill::optimize
