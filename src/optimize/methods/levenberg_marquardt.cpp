#include <downhill/methods/levenberg_marquardt.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/acceptance.hpp"
#include "optimize/least_squares_step.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/trust_region.hpp"

namespace downhill {

options::Fields LevenbergMarquardt::fields() {
  using options::field;
  return {field("initial_radius", &LevenbergMarquardt::initial_radius,
                "first radius, in units of the scaled norm of the start", options::positive())};
}

namespace optimize {

template <>
struct Implementation<LevenbergMarquardt> {
  static Traits traits(const LevenbergMarquardt&) {
    return {.needs = Needs::residuals,
            .saddles = Traits::Saddles::leaves,
            .descent = Traits::Descent::monotone,
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    std::vector<double> scale;  // largest norm of each column of J so far; Moré's D
    double radius = 0;
    std::vector<double> residuals, jacobian;
    template <class Visitor>
    void visit(Visitor& v) {
      v("scale", scale);
      v("radius", radius);
    }
  };

  static State init(const LevenbergMarquardt&, Walk& walk) {
    const std::size_t m = walk.objective().capabilities().residuals;
    return {std::vector<double>(walk.size(), 0.0), 0, std::vector<double>(m), std::vector<double>(m * walk.size())};
  }

  static StepOutcome step(const LevenbergMarquardt& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    walk.objective().residuals_and_jacobian(walk.here().x, state.residuals, state.jacobian);
    if (!is_finite(state.residuals) || !is_finite(state.jacobian)) return {StepOutcome::Kind::stalled};
    update_scale(state, n);
    const LeastSquaresModel model = least_squares_model(state.jacobian, state.residuals, state.scale);
    if (largest(model.gradient) == 0) return {StepOutcome::Kind::stalled};
    if (state.radius == 0) state.radius = first_radius(options, state, walk);

    for (int trial = 0; trial < 200 && !walk.is_over(); ++trial) {
      const std::vector<double> coordinates = damped_step(model, state.radius);
      const double length = norm(coordinates);
      std::vector<double> step = model.combine(coordinates);
      for (std::size_t i = 0; i < n; ++i) step[i] /= state.scale[i];
      const Trial next = try_step(walk, {step, 0}, 1.0);
      if (next.point.x == walk.here().x) return {StepOutcome::Kind::stalled};

      const double success = judge(state, walk.here(), next, foretold_fall(model, coordinates));
      if (success < 1e-4) {
        const double slope = 2 * dot(model.gradient, coordinates);
        const double rise = next.point.value - walk.here().value;
        const double bottom = std::isfinite(rise) && rise > slope ? -0.5 * slope / (rise - slope) : 0.1;
        state.radius = std::clamp(bottom, 0.1, 0.5) * length;
        continue;
      }
      if (success < 0.25) {
        state.radius = 0.5 * length;
      } else if (success > 0.75) {
        state.radius = std::max(state.radius, 2 * length);
      }
      walk.move(next.point);
      return {};
    }
    return {StepOutcome::Kind::stalled};
  }

  static void update_scale(State& state, std::size_t n) {
    const std::size_t m = state.residuals.size();
    std::vector<double> column(m);
    for (std::size_t j = 0; j < n; ++j) {
      for (std::size_t i = 0; i < m; ++i) column[i] = state.jacobian[i * n + j];
      const double length = norm(column);
      state.scale[j] = std::max(state.scale[j] == 1 && length > 0 ? 0.0 : state.scale[j], length);
      if (state.scale[j] == 0) state.scale[j] = 1;  // a parameter nothing depends on yet
    }
  }

  static double first_radius(const LevenbergMarquardt& options, const State& state, const Walk& walk) {
    std::vector<double> scaled(walk.here().x);
    for (std::size_t i = 0; i < scaled.size(); ++i) scaled[i] *= state.scale[i];
    const double length = norm(scaled);
    return options.initial_radius * (length > 0 ? length : norm(state.residuals));
  }

  // The shortest minimiser where J has a null space: its gradient is exactly zero there.
  static std::vector<double> damped_step(const LeastSquaresModel& model, double radius) {
    std::vector<double> step(model.gradient.size(), 0.0);
    const auto first = static_cast<std::size_t>(
        std::find_if(model.curvatures.begin(), model.curvatures.end(), [](double c) { return c > 0; }) -
        model.curvatures.begin());
    const auto rest =
        trust_region_step(std::span(model.curvatures).subspan(first), std::span(model.gradient).subspan(first), radius);
    std::copy(rest.begin(), rest.end(), step.begin() + static_cast<std::ptrdiff_t>(first));
    return step;
  }

  // D⁻¹ gradient
  static std::vector<double> scaled(std::vector<double> gradient, const State& state) {
    for (std::size_t i = 0; i < gradient.size(); ++i) gradient[i] /= state.scale[i];
    return gradient;
  }

  // |r|² - |r + J p|²
  static double foretold_fall(const LeastSquaresModel& model, std::span<const double> step) {
    double fall = 0;
    for (std::size_t k = 0; k < step.size(); ++k) {
      fall -= step[k] * (2 * model.gradient[k] + model.curvatures[k] * step[k]);
    }
    return fall;
  }

  static double judge(const State& state, const Point& from, const Trial& next, double foretold) {
    if (!is_usable(next)) return -1;
    return success_of({foretold, from.value, next.point.value, norm(scaled(from.gradient, state)),
                       norm(scaled(next.point.gradient, state))});
  }
};

}  // namespace optimize

template Method::Method(const LevenbergMarquardt&);

}  // namespace downhill
