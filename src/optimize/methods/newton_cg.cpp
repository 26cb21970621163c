#include <downhill/methods/newton_cg.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>

#include "optimize/curvature.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/power_of_two.hpp"
#include "optimize/scaled_hessian.hpp"
#include "optimize/sparse_factors.hpp"
#include "optimize/sparse_source.hpp"
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

namespace {

// Products with the Hessian at one point: each an evaluation, until a Hessian of few entries costs no more than they did.
class Products {
 public:
  // expected: products that will be needed
  Products(Walk& walk, std::size_t expected) : walk_(walk), sparse_(walk.objective().source()->sparse()) {
    if (sparse_ != nullptr && expected > sparse_->products()) read_matrix();
  }

  void operator()(std::span<const double> v, std::span<double> product) {
    if (sparse_ != nullptr && matrix_.entries.empty() && count_ >= sparse_->products()) read_matrix();
    ++count_;
    if (matrix_.entries.empty()) return walk_.objective().hessian_vector(walk_.here().x, v, product);
    matrix_.multiply(v, product);
  }

  [[nodiscard]] std::size_t count() const { return count_; }
  // Of a Hessian of few entries.
  [[nodiscard]] const SparseMatrix& matrix() {
    if (matrix_.entries.empty()) read_matrix();
    return matrix_;
  }

 private:
  void read_matrix() { matrix_ = sparse_hessian(walk_.objective(), walk_.here().x); }

  Walk& walk_;
  const SparseSource* sparse_;
  SparseMatrix matrix_;
  std::size_t count_ = 0;
};

}  // namespace

template <>
struct Implementation<NewtonCg> {
  static Traits traits(const NewtonCg& options) {
    return {.needs = Needs::hessian_products,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    double steepest = 0;            // the largest |g| so far
    std::vector<double> last_step;  // empty before the first
    double stiffest = 0;            // the largest |H d| / |d| so far, in the present scale
    std::vector<double> scale;      // a power of two for each variable: its unit; empty where all are 1
    bool is_strained = false;       // the last direction ended in rounding, or with the products used up
    std::uint64_t steps_in_scale = 0;
    std::uint64_t products = 0;              // of the last direction
    bool is_direct = false;                  // conjugate gradients were strained: directions are by factors
    std::shared_ptr<SparseFactors> factors;  // of a Hessian of few entries
    PatientSearch search;
    std::vector<double> steepest_direction, straight, last, direction, residual, d, product,
        in_x;  // room for those of a step
    template <class Visitor>
    void visit(Visitor& v) {
      v("steepest", steepest);
      v("last_step", last_step);
      v("stiffest", stiffest);
      v("scale", scale);
      v("is_strained", is_strained);
      v("steps_in_scale", steps_in_scale);
      v("products", products);
      v("is_direct", is_direct);
      v("search", search);
    }
  };

  // The first scale is what the lengths of the start tell, where these are very different.
  static State init(const NewtonCg&, Walk& walk) {
    State state;
    const std::vector<int> units = unit_exponents(walk);
    const auto [least, most] = std::ranges::minmax(units);
    for (std::size_t i = 0; most - least > alike && i < units.size(); ++i) {
      state.scale.push_back(std::ldexp(1.0, units[i] - most));
    }
    return state;
  }

  static StepOutcome step(const NewtonCg& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    const double size = norm(here.gradient);
    if (size == 0) return {StepOutcome::Kind::stalled};
    state.steepest = std::max(state.steepest, size);
    Products products(walk, state.products);
    if (state.is_strained && has_cheap_factors(walk.objective())) state.is_direct = true;
    if (state.is_strained && !state.is_direct) find_scale(state, walk);
    std::vector<double>&steepest = state.steepest_direction, &straight = state.straight;
    in_scale(state, here.gradient, steepest);
    straight = steepest;
    to_x(state, straight);
    const double straight_slope = dot(here.gradient, straight);
    // The step of a quadratic loss leads to its minimum.
    const bool is_quadratic = walk.objective().capabilities().quadratic == true;
    const double tolerance = is_quadratic ? 1e-12 : std::min(options.forcing, std::sqrt(size / state.steepest));
    const double reach = reach_of(state, walk, steepest, straight, straight_slope);
    std::vector<double>& direction = state.direction;
    if (!is_found_by_factors(state, walk, products)) {
      find_direction(options, state, walk, products, tolerance, reach);
      to_x(state, direction);
    }
    state.products = products.count();
    const double slope = dot(here.gradient, direction);
    std::optional<Trial> trial;
    bool is_lost = false;
    if (slope < 0 && std::isfinite(slope) && is_finite(direction)) {
      trial = state.search.find(options.line_search, walk, {direction, slope}, 1);
      is_lost = is_lost_in_rounding(walk, slope, 1);
    }
    if (!trial && !is_lost && !walk.is_over()) {
      trial = state.search.find(options.line_search, walk, {straight, straight_slope}, reach / norm(steepest));
    }
    if (!trial) return {StepOutcome::Kind::stalled};
    state.last_step = trial->point.x;
    for (std::size_t i = 0; i < state.last_step.size(); ++i) state.last_step[i] -= here.x[i];
    ++state.steps_in_scale;
    walk.move(std::move(trial->point));
    return {};
  }

  // Where rounding hides all but the steepest curvatures, variables of other units may show the rest: those in which the Hessian's entries
  // are of one size. Cost: a Hessian, seldom.
  static void find_scale(State& state, Walk& walk) {
    const std::size_t n = walk.size();
    state.is_strained = false;
    if (n > dense_limit || (!state.scale.empty() && state.steps_in_scale < least_steps_in_scale)) return;
    std::vector<double> hessian(n * n);
    walk.objective().hessian(walk.here().x, hessian);
    if (!is_finite(hessian)) return;
    state.scale = ScaledHessian(hessian, walk.here().x).unscale_step(std::vector<double>(n, 1.0));
    state.stiffest = 0;
    state.steps_in_scale = 0;
  }

  // The direction is the whole Newton step where conjugate gradients were strained and the Hessian is one of few entries and positive
  // definite.
  static bool is_found_by_factors(State& state, const Walk& walk, Products& products) {
    if (!state.is_direct) return false;
    const SparseMatrix& hessian = products.matrix();
    if (!state.factors) state.factors = std::make_shared<SparseFactors>(*hessian.pattern);
    if (!is_finite(hessian.entries) || !state.factors->factorise(hessian, 0)) return false;
    state.direction = state.factors->solve(walk.here().gradient);
    for (double& entry : state.direction) entry = -entry;
    return is_finite(state.direction);
  }

  static void to_x(const State& state, std::vector<double>& step) {
    for (std::size_t i = 0; i < state.scale.size(); ++i) step[i] *= state.scale[i];
  }

  // -g in the present scale, divided by the power of two that brings its largest entry between 1 and 2.
  static void in_scale(const State& state, std::span<const double> gradient, std::vector<double>& result) {
    result.assign(gradient.begin(), gradient.end());
    to_x(state, result);  // its units are those of a step, inverted
    turn_to_steepest(result);
  }

  // The length of the last step in the present scale; before the first, that of a cautious one. straight: steepest in the units of x.
  static double reach_of(State& state, const Walk& walk, std::span<const double> steepest,
                         std::span<const double> straight, double slope) {
    if (state.last_step.empty()) return first_step(walk, straight, slope) * norm(steepest);
    if (state.scale.empty()) return norm(state.last_step);
    state.last = state.last_step;
    for (std::size_t i = 0; i < state.scale.size(); ++i) state.last[i] /= state.scale[i];
    return norm(state.last);
  }

  // The direction p by conjugate gradients on H p = -g in the present scale. Where the curvature is not positive the direction is
  // followed as far as `reach`, or as p is long.
  // A direction whose curvature is lost in the rounding of the stiffest one is flat: nothing is known of how far to go.
  static void find_direction(const NewtonCg& options, State& state, Walk& walk, Products& products, double tolerance,
                             double reach) {
    const std::size_t n = walk.size();
    const std::size_t most = options.products > 0 ? options.products : std::min<std::size_t>(20 + 2 * n, 1000);
    std::vector<double>&p = state.direction, &residual = state.residual, &d = state.d, &product = state.product,
    &in_x = state.in_x;
    d = walk.here().gradient;
    to_x(state, d);
    const int unit = exponent_of_size(largest(d));
    p.assign(n, 0.0);
    d = residual = state.steepest_direction;
    product.resize(n);
    const double first = norm(residual);
    double size = first;
    for (std::size_t iteration = 0; size > tolerance * first; ++iteration) {
      if (iteration >= most) {
        state.is_strained = true;
        break;
      }
      in_x = d;
      to_x(state, in_x);
      products(in_x, product);
      to_x(state, product);
      scale(product, -unit);
      if (!is_finite(product)) break;
      const double curvature = dot(d, product);
      const double length_of_d = norm(d);
      state.stiffest = std::max(state.stiffest, times_power_of_two(norm(product) / length_of_d, unit));
      const double noise = std::numeric_limits<double>::epsilon() * times_power_of_two(state.stiffest, -unit) *
                           length_of_d * length_of_d;
      if (iteration > 0 && std::abs(curvature) <= noise) {
        state.is_strained = true;
        return;
      }
      if (!(curvature > noise)) {
        const double length = std::max(reach, norm(p)) / norm(d);
        for (std::size_t i = 0; i < n; ++i) p[i] += length * d[i];
        return;
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
  }

  static constexpr std::uint64_t least_steps_in_scale = 8;
  static constexpr int alike = 12;  // exponents of lengths that differ by no more do conjugate gradients little harm
};

}  // namespace optimize

template Method::Method(const NewtonCg&);

}  // namespace downhill
