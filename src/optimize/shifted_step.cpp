#include "optimize/shifted_step.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "optimize/norms.hpp"
#include "optimize/subproblem/boundary.hpp"

namespace downhill::optimize {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr int most_iterations = 200;
constexpr double accuracy = 1e-9;  // of the length

// T + shift I = L D Lᵀ with unit lower bidiagonal L.
class Factors {
 public:
  Factors(const Tridiagonal& matrix, double shift) {
    const std::size_t k = matrix.diagonal.size();
    for (std::size_t i = 0; i < k; ++i) {
      double pivot = matrix.diagonal[i] + shift;
      if (i > 0) {
        lower_.push_back(matrix.beside[i - 1] / pivots_[i - 1]);
        pivot -= lower_.back() * matrix.beside[i - 1];
      }
      if (!(pivot > 0)) return;
      pivots_.push_back(pivot);
    }
    is_positive_ = true;
  }

  [[nodiscard]] bool is_positive_definite() const { return is_positive_; }

  [[nodiscard]] std::vector<double> solve(std::span<const double> right) const {
    std::vector<double> x(right.begin(), right.end());
    for (std::size_t i = 1; i < x.size(); ++i) x[i] -= lower_[i - 1] * x[i - 1];
    for (std::size_t i = 0; i < x.size(); ++i) x[i] /= pivots_[i];
    for (std::size_t i = x.size(); i-- > 1;) x[i - 1] -= lower_[i - 1] * x[i];
    return x;
  }

 private:
  std::vector<double> pivots_, lower_;
  bool is_positive_ = false;
};

// The length that a shift calls for, and how it grows with the shift.
struct Wanted {
  double length = 0;
  double growth = 0;
};

// Smallest shift >= 0 such that T + shift I is positive definite and |p| is at most the length wanted.
class Search {
 public:
  Search(const Tridiagonal& matrix, std::span<const double> gradient, std::function<Wanted(double)> wanted)
      : matrix_(matrix), gradient_(gradient), wanted_(std::move(wanted)) {
    const std::size_t k = matrix.diagonal.size();
    double lowest = std::numeric_limits<double>::infinity();
    for (std::size_t i = 0; i < k; ++i) {  // Gershgorin
      const double around =
          (i > 0 ? std::abs(matrix.beside[i - 1]) : 0.0) + (i + 1 < k ? std::abs(matrix.beside[i]) : 0.0);
      lowest = std::min(lowest, matrix.diagonal[i] - around);
      size_ = std::max(size_, std::abs(matrix.diagonal[i]) + around);
    }
    definite_above_ = std::max(0.0, -lowest);
  }

  // The shift above which T + shift I is surely positive definite.
  [[nodiscard]] double definite_above() const { return definite_above_; }

  // `enough`: a shift at which the step is surely not too long.
  ShiftedStep run(double guess, double enough) {
    if (try_shift(0) && step_.length <= wanted_(0).length) return finish();
    double low = 0, high = std::max(enough, epsilon * size_);
    double shift = guess > 0 && guess < high ? guess : between(low, high);
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      double next = -1;
      if (!try_shift(shift)) {
        low = shift;
      } else {
        const Wanted wanted = wanted_(shift);
        if (std::abs(step_.length - wanted.length) <= accuracy * wanted.length) return finish();
        (step_.length > wanted.length ? low : high) = shift;
        // Newton on 1/|p| - 1/wanted, with d|p|/dshift = -pᵀ(T + shift I)⁻¹p / |p|.
        const double ratio = step_.length / wanted.length;
        const double slope = -slope_ + wanted.growth * ratio * ratio;
        next = shift - (step_.length - ratio * step_.length) / slope;
      }
      if (!(next > low && next < high)) next = between(low, high);
      if (!(next > low && next < high)) break;
      shift = next;
    }
    return hard_case(high);
  }

 private:
  static double between(double low, double high) { return low > 0 ? low * std::sqrt(high / low) : 0x1p-10 * high; }

  bool try_shift(double shift) {
    const Factors factors(matrix_, shift);
    if (!factors.is_positive_definite()) return false;
    std::vector<double> p = factors.solve(gradient_);
    for (double& entry : p) entry = -entry;
    step_.length = norm(p);
    if (!std::isfinite(step_.length)) return false;
    slope_ = step_.length == 0 ? 0 : -dot(p, factors.solve(p)) / step_.length;
    step_.step = std::move(p);
    step_.shift = shift;
    return true;
  }

  // The step is too short even where T + shift I is all but singular: the rest goes along its null vector, by inverse iteration.
  ShiftedStep hard_case(double shift) {
    while (!try_shift(shift)) shift += epsilon * std::max(size_, shift);
    const double length = wanted_(shift).length;
    if (step_.length < length) {
      const Factors factors(matrix_, shift);
      std::vector<double> z(gradient_.size(), 1.0);
      for (int i = 0; i < 4; ++i) {
        z = factors.solve(z);
        const double size = norm(z);
        if (!(size > 0) || !std::isfinite(size)) return finish();
        for (double& entry : z) entry /= size;
      }
      const double t = way_to_boundary(step_.step, z, length);
      for (std::size_t i = 0; i < z.size(); ++i) step_.step[i] += t * z[i];
      step_.length = length;
    }
    return finish();
  }

  ShiftedStep finish() {
    const std::vector<double>& p = step_.step;
    double curvature = 0;
    for (std::size_t i = 0; i < p.size(); ++i) {
      double product = matrix_.diagonal[i] * p[i];
      if (i > 0) product += matrix_.beside[i - 1] * p[i - 1];
      if (i + 1 < p.size()) product += matrix_.beside[i] * p[i + 1];
      curvature += p[i] * product;
    }
    step_.fall = -(dot(gradient_, p) + 0.5 * curvature);
    return step_;
  }

  const Tridiagonal& matrix_;
  std::span<const double> gradient_;
  std::function<Wanted(double)> wanted_;
  double size_ = 0;  // bound on the norm of T
  double definite_above_ = 0;
  ShiftedStep step_;
  double slope_ = 0;
};

}  // namespace

ShiftedStep step_within(const Tridiagonal& matrix, std::span<const double> gradient, double radius, double guess) {
  Search search(matrix, gradient, [radius](double) { return Wanted{radius, 0}; });
  return search.run(guess, search.definite_above() + norm(gradient) / radius);
}

// At the shift s above the bound b: |p| <= |g| / (s - b) <= s / weight if (s - b) s >= |g| weight.
ShiftedStep cubic_step(const Tridiagonal& matrix, std::span<const double> gradient, double weight, double guess) {
  Search search(matrix, gradient, [weight](double shift) { return Wanted{shift / weight, 1 / weight}; });
  return search.run(guess, search.definite_above() + std::sqrt(norm(gradient)) * std::sqrt(weight));
}

}  // namespace downhill::optimize
