#include <downhill/methods/adaptive_cubic.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>

#include "optimize/acceptance.hpp"
#include "optimize/krylov_space.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/quadratic_model.hpp"
#include "optimize/shifted_step.hpp"
#include "optimize/subproblem/most_products.hpp"

namespace downhill {

options::Fields AdaptiveCubic::fields() {
  using options::field;
  return {field("model", &AdaptiveCubic::model, "how the cubic model is minimised"),
          field("forcing", &AdaptiveCubic::forcing,
                "residual at which the Krylov iteration may end, relative to the gradient", options::open(0, 1)),
          field("products", &AdaptiveCubic::products,
                "Hessian-vector products per iteration at most; 0: 20 + 2 n, up to 1000")};
}

namespace optimize {

namespace {

// A step of the model with the fall that the cubic foretells.
struct CubicStep {
  std::vector<double> step;
  double length = 0;
  double shift = 0;
  double fall = 0;
};

// The cubic model at one point, in the model's scaled variables. What was computed for one weight serves for the next.
class CubicProblem {
 public:
  CubicProblem(const AdaptiveCubic& options, QuadraticModel& model, double tightness)
      : model_(model), tolerance_(std::min(options.forcing, tightness)) {
    if (options.model == CubicModel::krylov) {
      space_.emplace(model, most_products(options.products, model.size()));
      space_->extend();
    } else {
      diagonal_ = {model.eigen().values, std::vector<double>(model.size() - 1, 0.0)};
    }
  }

  [[nodiscard]] bool is_usable() const { return !space_ || space_->size() > 0; }

  [[nodiscard]] CubicStep at_weight(double weight) {
    return solve([weight](const Tridiagonal& matrix, std::span<const double> gradient, double guess) {
      ShiftedStep result = cubic_step(matrix, gradient, weight, guess);
      result.fall -= weight * result.length * result.length * result.length / 3;
      return result;
    });
  }
  // The step of a trust region, which shows what weight a length stands for.
  [[nodiscard]] CubicStep within(double radius) {
    return solve([radius](const Tridiagonal& matrix, std::span<const double> gradient, double guess) {
      return step_within(matrix, gradient, radius, guess);
    });
  }

 private:
  template <class Solver>
  CubicStep solve(const Solver& solver) {
    if (!space_) return result(solver(diagonal_, model_.coordinates(), 0));
    ShiftedStep small;
    do {
      small = solver(space_->matrix(), space_->gradient(), small.shift);
    } while (space_->beyond() * std::abs(small.step.back()) > tolerance_ * space_->steepness() &&
             space_->extend() == KrylovSpace::Growth::grown);
    return result(small);
  }

  CubicStep result(const ShiftedStep& small) {
    return {space_ ? space_->combine(small.step) : model_.eigen().combine(small.step), small.length, small.shift,
            small.fall};
  }

  QuadraticModel& model_;
  double tolerance_;
  std::optional<KrylovSpace> space_;
  Tridiagonal diagonal_;  // eigenvalues, where there is no Krylov space
};

}  // namespace

template <>
struct Implementation<AdaptiveCubic> {
  static Traits traits(const AdaptiveCubic& options) {
    return {.needs = options.model == CubicModel::krylov ? Needs::hessian_products : Needs::hessian,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear};
  }

  // The weight is kept as what it makes of the last step, weight |p|³ in units of f, so that it can be carried over to the scale
  // of the present Hessian.
  struct State {
    double last_cube = 0;
    std::vector<double> last_step;
    double steepest = 0;  // the largest |g| so far
    template <class Visitor>
    void visit(Visitor& v) {
      v("last_cube", last_cube);
      v("last_step", last_step);
      v("steepest", steepest);
    }
  };

  static State init(const AdaptiveCubic&, Walk&) { return {}; }

  static StepOutcome step(const AdaptiveCubic& options, State& state, Walk& walk) {
    const double size = norm(walk.here().gradient);
    if (size == 0) return {StepOutcome::Kind::stalled};
    state.steepest = std::max(state.steepest, size);
    const auto form =
        options.model == CubicModel::krylov ? QuadraticModel::Form::products : QuadraticModel::Form::matrix;
    QuadraticModel model(walk, form);
    if (!model.has_finite_hessian()) return {StepOutcome::Kind::stalled};
    CubicProblem problem(options, model, std::sqrt(size / state.steepest));
    if (!problem.is_usable()) return {StepOutcome::Kind::stalled};
    double weight = state.last_step.empty() ? first_weight(problem, model, walk) : carried_weight(state, model);
    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      const CubicStep step = problem.at_weight(weight);
      const Trial next = try_step(walk, {model.unscale_step(step.step), 0}, 1.0);
      if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};
      const double success = judge(model, walk.here(), next, step.fall);
      if (success < 1e-4) {
        weight = raised_weight(model, walk.here(), next, step, weight);
        continue;
      }
      state.last_step = next.point.x;
      for (std::size_t i = 0; i < state.last_step.size(); ++i) state.last_step[i] -= walk.here().x[i];
      // A weight that adds nothing to the curvature need not fall further.
      const double least = std::numeric_limits<double>::epsilon() * norm(model.gradient()) / step.length / step.length;
      const double next_weight = std::max(weight * weight_factor(success), least);
      state.last_cube = model.unscale_value(next_weight * step.length * step.length * step.length);
      walk.move(next.point);
      return {};
    }
    return {StepOutcome::Kind::stalled};
  }

  // The weight for which the first step is as long as x, or, from x = 0 or where f bends little, as a Newton step.
  static double first_weight(CubicProblem& problem, const QuadraticModel& model, const Walk& walk) {
    const double steepness = norm(model.gradient());
    const double length = norm(model.scale_step(walk.lengths()));
    if (length > 0) {
      const CubicStep bounded = problem.within(length);
      return std::max(bounded.shift, 1e-3 * steepness / bounded.length) / bounded.length;
    }
    std::vector<double> unit(model.gradient());
    for (double& entry : unit) entry /= steepness;
    const double curvature = std::abs(dot(unit, model.product(unit)));
    return curvature > 0 ? curvature * (curvature / steepness) : steepness;
  }

  static double carried_weight(const State& state, const QuadraticModel& model) {
    const double length = norm(model.scale_step(state.last_step));
    return model.scale_value(state.last_cube) / length / length / length;
  }

  static double judge(const QuadraticModel& model, const Point& from, const Trial& next, double foretold) {
    if (!is_usable(next)) return -1;
    return success_of({foretold, model.scale_value(from.value), model.scale_value(next.point.value),
                       norm(model.gradient()), norm(model.scale_gradient(next.point.gradient))});
  }

  // (2.9) of the paper with gamma_1 = 2 and gamma_2 = 100, between which the cubic through f, the slope, the curvature and the refused
  // value decides.
  static double raised_weight(const QuadraticModel& model, const Point& from, const Trial& next, const CubicStep& step,
                              double weight) {
    const double least = std::max(weight, 1e-3 * step.shift / step.length);
    if (!std::isfinite(next.point.value)) return 100 * least;
    const double quadratic = step.fall + weight * step.length * step.length * step.length / 3;
    const double rise = model.scale_value(next.point.value - from.value);
    const double fitting = 3 * ((rise + quadratic) / step.length) / step.length / step.length;
    return std::clamp(fitting, 2 * least, 100 * least);
  }

  static double weight_factor(double success) {
    if (success >= 0.9) return 0.1;
    if (success >= 0.5) return 0.5;
    return success >= 0.1 ? 1 : 2;
  }
};

}  // namespace optimize

template Method::Method(const AdaptiveCubic&);

}  // namespace downhill
