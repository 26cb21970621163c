#include <downhill/methods/nelder_mead.hpp>

#include <algorithm>
#include <cmath>
#include <vector>

#include "optimize/batch.hpp"
#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/search_lengths.hpp"

namespace downhill {

options::Fields NelderMead::fields() {
  using options::field;
  return {field("step", &NelderMead::step, "edges of the first simplex, in units of x; none: a tenth of |x_i|",
                options::positive()),
          field("smallest_step", &NelderMead::smallest_step, "the simplex is small below this, relative to x",
                options::open(0, 1)),
          field("restarts", &NelderMead::restarts, "times a small simplex is built anew at most")};
}

namespace optimize {

namespace {

// The smallest part of an edge that is not spanned by the others, relative to the edge, in units of the simplex's extents.
double flatness(const Batch& simplex, std::size_t lowest, std::span<const double> extents) {
  const std::size_t n = extents.size();
  std::vector<double> edges;
  edges.reserve(n * n);
  for (std::size_t k = 0; k <= n; ++k) {
    if (k == lowest) continue;
    for (std::size_t i = 0; i < n; ++i) edges.push_back((simplex[k][i] - simplex[lowest][i]) / extents[i]);
  }
  double result = 1;
  for (std::size_t k = 0; k < n; ++k) {
    const std::span<double> edge = std::span(edges).subspan(k * n, n);
    const double before = norm(edge);
    for (std::size_t j = 0; j < k; ++j) {
      const auto other = std::span<const double>(edges).subspan(j * n, n);
      const double part = dot(edge, other);
      for (std::size_t i = 0; i < n; ++i) edge[i] -= part * other[i];
    }
    const double after = norm(edge);
    if (!(after > 0)) return 0;
    result = std::min(result, after / before);
    for (double& entry : edge) entry /= after;
  }
  return result;
}

constexpr double collapsed = 1e-8;  // narrower valleys cannot be told from rounding: the values differ by its square

}  // namespace

template <>
struct Implementation<NelderMead> {
  static Traits traits(const NelderMead&) {
    return {.needs = Needs::values, .rate = Traits::Rate::values_alone, .bounds = Traits::Bounds::keeps};
  }

  struct State {
    std::vector<double> first;         // edges of the first simplex
    Batch simplex;                     // n + 1; empty before the first step
    std::vector<std::uint64_t> order;  // of the simplex, lowest first
    std::vector<double> anchor;        // where the present simplex was built
    std::uint64_t age = 0;             // iterations since
    std::uint64_t restarts = 0;
    template <class Visitor>
    void visit(Visitor& v) {
      v("first", first);
      v("simplex", simplex);
      v("order", order);
      v("anchor", anchor);
      v("age", age);
      v("restarts", restarts);
    }
  };

  static State init(const NelderMead& options, Walk& walk) {
    State state;
    state.first = search_lengths(walk.here().x, options.step, walk.box());
    if (!options.step) {
      for (double& edge : state.first) edge *= 0.1;
    }
    return state;
  }

  // A vertex at walk.here() and one along each axis.
  static void build(State& state, Walk& walk, std::span<const double> edges) {
    const std::size_t n = walk.size();
    const double sign = state.restarts % 2 == 0 ? 1 : -1;
    Batch others(n, n);
    for (std::size_t k = 0; k < n; ++k) {
      std::ranges::copy(walk.here().x, others[k].begin());
      others[k][k] += sign * edges[k];
      const double x = walk.here().x[k];
      if (walk.box().nearest(k, others[k][k]) != others[k][k]) {  // the other way, or as far as there is room
        const double above = walk.box().upper(k) - x, below = x - walk.box().lower(k);
        others[k][k] = above >= below ? x + std::min(edges[k], above) : x - std::min(edges[k], below);
        others[k][k] = walk.box().nearest(k, others[k][k]);
      }
    }
    others.evaluate(walk);
    state.simplex = Batch(n + 1, n);
    state.simplex.put(0, walk.here().x, walk.here().value);
    for (std::size_t k = 0; k < n; ++k) state.simplex.put(k + 1, others[k], others.values[k]);
    state.anchor = walk.here().x;
    state.age = 0;
    others.has_moved(walk);
    state.simplex.rank(state.order);
  }

  static std::vector<double> extents(const State& state) {
    const std::size_t lowest = state.order.front(), n = state.first.size();
    std::vector<double> result(n, 0.0);
    for (std::size_t k = 0; k <= n; ++k) {
      for (std::size_t i = 0; i < n; ++i) {
        result[i] = std::max(result[i], std::abs(state.simplex[k][i] - state.simplex[lowest][i]));
      }
    }
    return result;
  }

  static StepOutcome step(const NelderMead& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    if (state.simplex.size() == 0) {
      build(state, walk, state.first);
      return {};
    }
    const auto lowest = state.simplex[state.order.front()];
    std::vector<double> extent = extents(state);
    bool is_small = true;
    for (std::size_t i = 0; i < n; ++i) {
      is_small = is_small && is_negligible(extent[i], lowest[i], state.first[i], options.smallest_step);
    }
    if (is_small) return restart(options, state, walk);
    if (++state.age % (5 * n) == 0) {
      double widest = 0;  // in units of x
      for (std::size_t i = 0; i < n; ++i) {
        widest = std::max(widest, extent[i] / std::max(std::abs(lowest[i]), state.first[i]));
      }
      bool is_collapsed = false;
      for (std::size_t i = 0; i < n; ++i) {
        const double least = collapsed * widest * std::max(std::abs(lowest[i]), state.first[i]);
        is_collapsed = is_collapsed || extent[i] <= least;
        extent[i] = std::max(extent[i], 1e4 * least);
      }
      if (is_collapsed || flatness(state.simplex, state.order.front(), extent) < collapsed) {
        build(state, walk, extent);
        return {};
      }
    }
    advance(state, walk);
    return {};
  }

  // A small simplex has proved itself if a larger one at its place leads back there.
  static StepOutcome restart(const NelderMead& options, State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const double reach = std::sqrt(options.smallest_step);
    const auto& x = walk.here().x;
    bool has_come_far = false;
    std::vector<double> edges(n);
    for (std::size_t i = 0; i < n; ++i) {
      edges[i] = reach * std::max(std::abs(x[i]), state.first[i]);
      has_come_far = has_come_far || std::abs(x[i] - state.anchor[i]) > edges[i];
    }
    const bool is_settled = state.restarts > 0 && !has_come_far;
    if (is_settled || state.restarts >= options.restarts) return {StepOutcome::Kind::finished};
    ++state.restarts;
    build(state, walk, edges);
    return {};
  }

  // Reflection, expansion, contraction, shrinking: Gao & Han, section 2 with the coefficients of eq. 4.1.
  static void advance(State& state, Walk& walk) {
    const std::size_t n = walk.size();
    const double size = static_cast<double>(std::max<std::size_t>(n, 2));
    const double expansion = 1 + 2 / size, contraction = 0.75 - 0.5 / size, shrinkage = 1 - 1 / size;
    Batch& simplex = state.simplex;
    const std::size_t worst = state.order.back();
    const double lowest = simplex.values[state.order.front()], highest = simplex.values[worst];
    const double second = simplex.values[state.order[n - 1]];  // the highest but one; for n = 1 the lowest
    std::vector<double> center(n, 0.0), reflected(n), further(n);
    for (std::size_t k = 0; k <= n; ++k) {
      if (k == worst) continue;
      for (std::size_t i = 0; i < n; ++i) center[i] += simplex[k][i] / static_cast<double>(n);
    }
    // Beyond a bound a point is put on it: Luersen & Le Riche, Computers & Structures 82 (2004) 2251-2260, section 2.2.
    for (std::size_t i = 0; i < n; ++i) reflected[i] = center[i] + (center[i] - simplex[worst][i]);
    walk.box().project(reflected);
    const double value = value_at(walk, reflected);
    // The point at `factor` of the way from the centre to `towards`.
    const auto at = [&](double factor, std::span<const double> towards) {
      for (std::size_t i = 0; i < n; ++i) further[i] = center[i] + factor * (towards[i] - center[i]);
      walk.box().project(further);
      return value_at(walk, further);
    };
    if (is_lower(value, lowest)) {
      const double expanded = at(expansion, reflected);
      if (is_lower(expanded, value)) return replace(state, walk, further, expanded);
      return replace(state, walk, reflected, value);
    }
    if (is_lower(value, second)) return replace(state, walk, reflected, value);
    if (is_lower(value, highest)) {
      const double contracted = at(contraction, reflected);
      if (!is_lower(value, contracted)) return replace(state, walk, further, contracted);
    } else {
      const double contracted = at(contraction, simplex[worst]);
      if (is_lower(contracted, highest)) return replace(state, walk, further, contracted);
    }
    shrink(state, walk, shrinkage);
  }

  static void replace(State& state, Walk& walk, std::span<const double> x, double value) {
    state.simplex.put(state.order.back(), x, value);
    for (std::size_t k = state.order.size() - 1; k > 0; --k) {
      if (!is_lower(value, state.simplex.values[state.order[k - 1]])) break;
      std::swap(state.order[k], state.order[k - 1]);
    }
    if (is_lower(value, walk.here().value)) walk.move({std::vector<double>(x.begin(), x.end()), value, {}});
  }

  static void shrink(State& state, Walk& walk, double factor) {
    const std::size_t n = walk.size(), lowest = state.order.front();
    Batch others(n, n);
    for (std::size_t k = 0; k < n; ++k) {
      const auto from = state.simplex[state.order[k + 1]];
      for (std::size_t i = 0; i < n; ++i) {
        others[k][i] = walk.box().nearest(i, state.simplex[lowest][i] + factor * (from[i] - state.simplex[lowest][i]));
      }
    }
    others.evaluate(walk);
    for (std::size_t k = 0; k < n; ++k) state.simplex.put(state.order[k + 1], others[k], others.values[k]);
    others.has_moved(walk);
    state.simplex.rank(state.order);
  }
};

}  // namespace optimize

template Method::Method(const NelderMead&);

}  // namespace downhill
