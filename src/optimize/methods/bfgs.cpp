#include <downhill/methods/bfgs.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "optimize/limited_memory.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/patient_search.hpp"
#include "optimize/power_of_two.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields Bfgs::fields() {
  using options::field;
  return {field("line_search", &Bfgs::line_search, "how far to go; the first trial is 1")};
}

namespace optimize {

namespace {

constexpr std::size_t most_variables = 5000;  // 200 MB

// The inverse Hessian H = J Jᵀ of f / 2^unit in the variables x / 2^length, which is empty before the first step.
struct InverseHessian {
  int unit = 0;                             // of the gradient
  int length = 0;                           // of the first step
  std::vector<double> root;                 // J, n*n
  std::vector<double> before, image, w, y;  // room for the vectors of a step

  void scale_into(std::vector<double>& result, std::span<const double> gradient) const {
    result.assign(gradient.begin(), gradient.end());
    scale(result, -unit);
  }

  // Jᵀ v
  void transposed_times(std::span<const double> v, std::vector<double>& result) const {
    const std::size_t n = v.size();
    result.assign(n, 0.0);
    for (std::size_t i = 0; i < n; ++i) {
      const double* row = root.data() + i * n;
      for (std::size_t j = 0; j < n; ++j) result[j] += v[i] * row[j];
    }
  }

  // -H g
  void direction(std::span<const double> gradient, std::vector<double>& result) {
    const std::size_t n = gradient.size();
    scale_into(y, gradient);
    transposed_times(y, w);
    result.resize(n);
    for (std::size_t i = 0; i < n; ++i) {
      result[i] = -times_power_of_two(dot(std::span(root).subspan(i * n, n), w), length);
    }
  }

  // J becomes (I + s vᵀ) J with v = B s / sqrt(sᵀy sᵀB s) - y / sᵀy, B = H⁻¹; along p = -H g it is known that B s = -t g.
  // units: of each variable the exponent of 2; the first matrix is a multiple of the identity in those units.
  // s is overwritten.
  void update(std::vector<double>& s, double t, const Point& from, const Point& to, std::span<const int> units) {
    if (largest(s) == 0 || !is_safely_positive(s, from.gradient, to.gradient)) return;
    if (root.empty()) length = std::ilogb(largest(s));
    scale(s, -length);
    const std::size_t n = s.size();
    scale_into(before, from.gradient);
    scale_into(y, to.gradient);
    for (std::size_t i = 0; i < n; ++i) y[i] -= before[i];
    const double product = dot(s, y);
    if (!(product > 0)) return;
    image.resize(n);  // B s
    if (root.empty()) {
      const int top = *std::max_element(units.begin(), units.end());
      std::vector<double> scaled_change(y);
      for (std::size_t i = 0; i < n; ++i) scaled_change[i] = std::ldexp(y[i], units[i] - top);
      const double gamma = product / dot(scaled_change, scaled_change);
      root.assign(n * n, 0.0);
      for (std::size_t i = 0; i < n; ++i) {
        root[i * n + i] = std::ldexp(std::sqrt(gamma), units[i] - top);
        image[i] = std::ldexp(s[i] / gamma, 2 * (top - units[i]));
      }
    } else {
      for (std::size_t i = 0; i < n; ++i) image[i] = -t * before[i];
    }
    const double size = dot(s, image);
    if (!(size > 0)) return;
    const double weight = 1 / (std::sqrt(product) * std::sqrt(size));
    for (std::size_t i = 0; i < n; ++i) y[i] = weight * image[i] - y[i] / product;
    transposed_times(y, w);
    if (!is_finite(w)) return;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) root[i * n + j] += s[i] * w[j];
    }
  }
};

}  // namespace

template <>
struct Implementation<Bfgs> {
  static Traits traits(const Bfgs& options) {
    return {.needs = Needs::gradient,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    InverseHessian inverse;
    std::vector<int> units;  // of the variables, as long as there is no matrix
    PatientSearch search;
    std::vector<double> direction, moved;  // room for those of a step
    template <class Visitor>
    void visit(Visitor& v) {
      v("unit", inverse.unit);
      v("length", inverse.length);
      v("root", inverse.root);
      v("units", units);
      v("search", search);
    }
  };

  static State init(const Bfgs&, Walk& walk) {
    if (walk.size() > most_variables) {
      throw OptionError(fmt::format("bfgs: keeps a dense matrix, but {} variables are more than {}\n  hint: use lbfgs",
                                    walk.size(), most_variables));
    }
    const double steepest = largest(walk.here().gradient);
    State state;
    state.inverse.unit = steepest > 0 ? std::ilogb(steepest) : 0;
    return state;
  }

  static StepOutcome step(const Bfgs& options, State& state, Walk& walk) {
    const Point& here = walk.here();
    if (largest(here.gradient) == 0) return {StepOutcome::Kind::stalled};
    while (!walk.is_over()) {
      const bool is_new = state.inverse.root.empty();
      if (is_new) state.units = unit_exponents(walk);
      std::vector<double>& direction = state.direction;
      if (is_new) {
        direction = steepest_direction(here.gradient, state.units);
      } else {
        state.inverse.direction(here.gradient, direction);
      }
      const double slope = dot(here.gradient, direction);
      bool is_lost = is_new;
      if (slope < 0 && std::isfinite(slope)) {
        const double suggested = is_new ? first_step(walk, direction, slope, state.units) : 1;
        const Ray ray{direction, slope};
        if (auto trial = state.search.find(options.line_search, walk, ray, suggested)) {
          if (!is_new && has_ended_early(*trial, ray)) {
            state.inverse.root.clear();
          } else {
            state.moved = trial->point.x;
            for (std::size_t i = 0; i < state.moved.size(); ++i) state.moved[i] -= here.x[i];
            state.inverse.update(state.moved, trial->step, here, trial->point, state.units);
          }
          walk.move(std::move(trial->point));
          return {};
        }
        is_lost = is_lost || is_lost_in_rounding(walk, slope, suggested);
      }
      if (is_lost) break;
      state.inverse.root.clear();
    }
    return {StepOutcome::Kind::stalled};
  }
};

}  // namespace optimize

template Method::Method(const Bfgs&);

}  // namespace downhill
