#include <downhill/methods/newton_cg.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields NewtonCg::fields() {
  using options::field;
  return {
      field("forcing", &NewtonCg::forcing, "residual at which the inner iteration may end, relative to the gradient",
            options::open(0, 1)),
      field("products", &NewtonCg::products, "Hessian-vector products per iteration at most; 0: 20 + 2 n, up to 1000"),
      field("line_search", &NewtonCg::line_search, "how far to go; the first trial is 1")};
}

namespace optimize {

template <>
struct Implementation<NewtonCg> {
  static Traits traits(const NewtonCg& options) {
    return {.needs = Needs::hessian_products,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    double steepest = 0;     // the largest |g| so far
    double last_length = 0;  // of the last step; 0 before the first
    double stiffest = 0;     // the largest |H d| / |d| so far
    PatientSearch search;
    template <class Visitor>
    void visit(Visitor& v) {
      v("steepest", steepest);
      v("last_length", last_length);
      v("stiffest", stiffest);
      v("search", search);
    }
  };

  static State init(const NewtonCg&, Walk&) { return {}; }

  static StepOutcome step(const NewtonCg& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    const double size = norm(here.gradient);
    if (size == 0) return {StepOutcome::Kind::stalled};
    state.steepest = std::max(state.steepest, size);
    const std::vector<double> steepest = steepest_direction(here.gradient);
    const double steepest_slope = dot(here.gradient, steepest);
    const double shortest = first_step(walk, steepest, steepest_slope) * norm(steepest);
    const double tolerance = std::min(options.forcing, std::sqrt(size / state.steepest));
    const double reach = state.last_length > 0 ? state.last_length : shortest;
    std::vector<double> direction = newton_direction(options, state, walk, steepest, tolerance, reach);
    const double slope = dot(here.gradient, direction);
    std::optional<Trial> trial;
    bool is_lost = false;
    if (slope < 0 && std::isfinite(slope) && is_finite(direction)) {
      trial = state.search.find(options.line_search, walk, {direction, slope}, 1);
      is_lost = is_lost_in_rounding(walk, slope, 1);
    }
    if (!trial && !is_lost && !walk.is_over()) {
      trial = state.search.find(options.line_search, walk, {steepest, steepest_slope}, reach / norm(steepest));
    }
    if (!trial) return {StepOutcome::Kind::stalled};
    std::vector<double> moved(trial->point.x);
    for (std::size_t i = 0; i < moved.size(); ++i) moved[i] -= here.x[i];
    state.last_length = norm(moved);
    walk.move(std::move(trial->point));
    return {};
  }

  // Conjugate gradients on H p = -g; steepest is -g in its unit. Where the curvature is not positive the direction is followed as far
  // as `reach`, or as p is long.
  // A direction whose curvature is lost in the rounding of the stiffest one is flat: nothing is known of how far to go.
  static std::vector<double> newton_direction(const NewtonCg& options, State& state, Walk& walk,
                                              std::span<const double> steepest, double tolerance, double reach) {
    const std::size_t n = steepest.size();
    const std::size_t most = options.products > 0 ? options.products : std::min<std::size_t>(20 + 2 * n, 1000);
    const int unit = std::ilogb(largest(walk.here().gradient));
    std::vector<double> p(n, 0.0), residual(steepest.begin(), steepest.end()), d(residual), product(n);
    const double first = norm(residual);
    double size = first;
    for (std::size_t iteration = 0; iteration < most && size > tolerance * first; ++iteration) {
      walk.objective().hessian_vector(walk.here().x, d, product);
      for (double& entry : product) entry = std::ldexp(entry, -unit);
      if (!is_finite(product)) break;
      const double curvature = dot(d, product);
      const double length_of_d = norm(d);
      state.stiffest = std::max(state.stiffest, std::ldexp(norm(product) / length_of_d, unit));
      const double noise =
          std::numeric_limits<double>::epsilon() * std::ldexp(state.stiffest, -unit) * length_of_d * length_of_d;
      if (iteration > 0 && std::abs(curvature) <= noise) return p;
      if (!(curvature > noise)) {
        const double length = std::max(reach, norm(p)) / norm(d);
        for (std::size_t i = 0; i < n; ++i) p[i] += length * d[i];
        return p;
      }
      const double t = size * (size / curvature);
      for (std::size_t i = 0; i < n; ++i) {
        p[i] += t * d[i];
        residual[i] -= t * product[i];
      }
      const double next = norm(residual);
      const double ratio = (next / size) * (next / size);
      for (std::size_t i = 0; i < n; ++i) d[i] = residual[i] + ratio * d[i];
      size = next;
    }
    return p;
  }
};

}  // namespace optimize

template Method::Method(const NewtonCg&);

}  // namespace downhill
