#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/draws.hpp"
#include "optimize/newton_model.hpp"
#include "optimize/norms.hpp"
#include "optimize/subproblem/boundary.hpp"

namespace downhill::optimize {

namespace {

constexpr double epsilon = std::numeric_limits<double>::epsilon();
constexpr double least_ratio_of_pivots = 1e-11;
constexpr double rounding = 1024 * epsilon;  // of curvatures, relative to the largest: what is smaller is no way down
constexpr double accuracy = 0.1;             // of the length
constexpr int most_iterations = 60;
constexpr std::uint64_t start_stream = 11;

class SparseNewtonModel final : public NewtonModel {
 public:
  SparseNewtonModel(const SparseMatrix& hessian, const Point& at, SparseFactors& factors)
      : scale_(hessian, at.x),
        matrix_(scale_.scale_matrix(hessian)),
        gradient_(scale_.scale_gradient(at.gradient)),
        factors_(factors),
        size_(matrix_.largest_row()),
        definite_above_(std::max(0.0, -matrix_.least_possible_eigenvalue())) {}

  const HessianScale& scale() const override { return scale_; }
  const std::vector<double>& gradient() const override { return gradient_; }

  std::vector<double> newton_step() override {
    if (!factors_.factorise(matrix_, 0, least_ratio_of_pivots)) return {};
    std::vector<double> step = downhill_step();
    return is_finite(step) ? step : std::vector<double>();
  }

  std::vector<double> step_within(double radius) override {
    // Below `low` the matrix is not positive definite or the step too long, from `high` on it is short enough.
    double low = rounding * size_;
    double high = std::max(definite_above_ + norm(gradient_) / radius, 2 * low);
    std::vector<double> best;
    double shift = low;
    for (int iteration = 0; iteration < most_iterations; ++iteration) {
      double next = 0;
      if (!factors_.factorise(matrix_, shift)) {
        low = std::max({low, shift, -matrix_.least_diagonal()});
        next = last_shift_ > low && last_shift_ < high && iteration == 0 ? last_shift_ : between(low, high);
      } else {
        std::vector<double> step = downhill_step();
        const double length = norm(step);
        const bool is_unshifted = iteration == 0;
        if (length <= (1 + accuracy) * radius && (is_unshifted || length >= (1 - accuracy) * radius)) {
          last_shift_ = shift;
          return step;
        }
        const double ratio = length / radius;
        const double slope = dot(step, factors_.solve(step)) / (length * length);
        if (length > radius) {
          low = shift;
        } else {
          high = shift;
          if (is_lost_case(step, shift, radius, low)) return step;
        }
        next = shift + (ratio - 1) / slope;
        best = std::move(step);
      }
      if (!(next > low && next < high)) next = between(low, high);
      if (!(next > low && next < high)) break;
      shift = next;
    }
    return within(std::move(best), radius);
  }

  double length_of_modified_step() override {
    if (size_ == 0) return 1;
    for (double shift = 1e-3 * size_; shift < 4 * size_; shift *= 4) {
      if (factors_.factorise(matrix_, shift)) return norm(downhill_step());
    }
    return norm(gradient_) / size_;
  }

  double foretold_fall(std::span<const double> step) const override {
    return -(dot(gradient_, step) + 0.5 * dot(step, matrix_.product(step)));
  }

 private:
  static double between(double low, double high) {
    return std::max(std::sqrt(low) * std::sqrt(high), low + 0.01 * (high - low));
  }

  [[nodiscard]] std::vector<double> downhill_step() const {
    std::vector<double> step = factors_.solve(gradient_);
    for (double& entry : step) entry = -entry;
    return step;
  }

  // The step is too short. A direction of low curvature, by inverse iteration, tells how far down the shift may go; where going along it to
  // the boundary is as good as a better shift, the step is lengthened so (Moré & Sorensen, lemma 3.4).
  bool is_lost_case(std::vector<double>& step, double shift, double radius, double& low) {
    if (flattest_.empty()) {
      flattest_.resize(step.size());
      Draws(0, start_stream).direction(flattest_);
      improve_flattest();
    }
    improve_flattest();
    if (!is_finite(flattest_)) return false;
    const double curvature = dot(flattest_, matrix_.product(flattest_));
    low = std::max(low, -curvature);
    const double t = way_to_boundary(step, flattest_, radius);
    const double towards = dot(gradient_, flattest_) > 0 ? -1 : 1;
    const double other = -way_to_boundary(step, opposite(flattest_), radius);
    // Of the two points on the boundary the nearer one; where there is no telling, downhill.
    double way = std::abs(t) < std::abs(other) ? t : other;
    if (std::abs(std::abs(t) - std::abs(other)) <= 1e-3 * std::abs(t)) way = towards > 0 ? t : other;
    const double cost = way * way * (curvature + shift);
    const double gain = -dot(gradient_, step) + shift * radius * radius;  // pᵀ(H + shift)p = -gᵀp
    if (!(cost <= accuracy * (2 - accuracy) * gain)) return false;
    for (std::size_t i = 0; i < step.size(); ++i) step[i] += way * flattest_[i];
    last_shift_ = shift;
    return true;
  }

  void improve_flattest() {
    flattest_ = factors_.solve(flattest_);
    const double length = norm(flattest_);
    for (double& entry : flattest_) entry /= length;
  }

  static std::vector<double> opposite(std::vector<double> v) {
    for (double& entry : v) entry = -entry;
    return v;
  }

  // Shortened where it is longer than the radius.
  static std::vector<double> within(std::vector<double> step, double radius) {
    const double length = norm(step);
    for (double& entry : step) entry *= length > radius ? radius / length : 1;
    return step;
  }

  HessianScale scale_;
  SparseMatrix matrix_;
  std::vector<double> gradient_;
  SparseFactors& factors_;
  double size_;
  double definite_above_;
  double last_shift_ = 0;
  std::vector<double> flattest_;
};

}  // namespace

std::unique_ptr<NewtonModel> sparse_newton_model(const SparseMatrix& hessian, const Point& at, SparseFactors& factors) {
  return std::make_unique<SparseNewtonModel>(hessian, at, factors);
}

}  // namespace downhill::optimize
