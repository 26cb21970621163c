#include <downhill/methods/gauss_newton.hpp>

#include "optimize/line_search/line_search_model.hpp"
#include "optimize/method_erasure.hpp"
#include "optimize/norms.hpp"
#include "optimize/residual_model.hpp"
#include "optimize/sparse_residuals.hpp"
#include "optimize/steepest.hpp"

namespace downhill {

options::Fields GaussNewton::fields() {
  using options::field;
  return {
      field("rank_tolerance", &GaussNewton::rank_tolerance,
            "smallest singular value of the scaled J that counts, relative to the largest", options::right_open(0, 1)),
      field("line_search", &GaussNewton::line_search, "how far to go; the first trial is 1")};
}

namespace optimize {

namespace {

// Of few variables a Jacobian costs little more than the value and gradient of a trial, most of which are accepted.
constexpr std::size_t most_variables_by_residuals = 5;
constexpr double least_cosine = 1e-6;  // between the step and -gradient, in scaled variables

}  // namespace

template <>
struct Implementation<GaussNewton> {
  static Traits traits(const GaussNewton& options) {
    return {.needs = Needs::residuals,
            .saddles = Traits::Saddles::leaves,
            .descent = options.line_search.model().descent(),
            .rate = Traits::Rate::superlinear};
  }

  struct State {
    ColumnScale scale;
    std::shared_ptr<SparseResiduals> sparse;  // where the Jacobian has few entries
    template <class Visitor>
    void visit(Visitor& v) {
      v("scale", scale);
    }
  };

  static State init(const GaussNewton&, Walk& walk) {
    if (walk.size() <= most_variables_by_residuals) walk.evaluate_by_residuals();
    return {};
  }

  static StepOutcome step(const GaussNewton& options, State& state, Walk& walk) {
    if (walk.residuals_here().pattern != nullptr) return sparse_step(options, state, walk);
    const ResidualModel model = residual_model(walk, state.scale);
    if (model.size() == 0) return {StepOutcome::Kind::stalled};
    std::vector<double> coordinates = model.gauss_newton_step();
    const double smallest = options.rank_tolerance * options.rank_tolerance * model.model.curvatures.back();
    std::size_t left_out = 0;  // curvatures ascend
    while (left_out + 1 < coordinates.size() && model.model.curvatures[left_out] <= smallest) {
      coordinates[left_out++] = 0;
    }
    for (; left_out < coordinates.size() && !walk.is_over(); coordinates[left_out++] = 0) {
      const double part = -dot(model.model.gradient, coordinates);
      const bool is_poor = part < least_cosine * norm(model.model.gradient) * norm(coordinates);
      if (is_poor && left_out + 1 < coordinates.size()) continue;
      const std::vector<double> direction = state.scale.divided(model.model.combine(coordinates));
      const double slope = dot(walk.here().gradient, direction);
      if (!(slope < 0) || !is_finite(direction)) continue;
      if (auto trial = options.line_search.model().find(walk, {direction, slope}, 1)) {
        walk.move(std::move(trial->point));
        return {};
      }
      if (is_lost_in_rounding(walk, slope, 1)) break;
    }
    return {StepOutcome::Kind::stalled};
  }

  // By sparse factors; where no point along the Gauss-Newton step is lower, along shorter and more damped ones.
  static StepOutcome sparse_step(const GaussNewton& options, State& state, Walk& walk) {
    const Residuals& at = walk.residuals_here();
    if (!is_finite(at.values) || !is_finite(at.jacobian)) return {StepOutcome::Kind::stalled};
    state.scale.update(at.jacobian, *at.pattern);
    if (!state.sparse) state.sparse = std::make_shared<SparseResiduals>(*at.pattern);
    state.sparse->set(at.jacobian, at.values, state.scale.values());
    std::vector<double> scaled = state.sparse->gauss_newton();
    for (int damping = 0; damping < most_dampings && !walk.is_over(); ++damping) {
      const std::vector<double> direction = state.scale.divided(scaled);
      const double slope = dot(walk.here().gradient, direction);
      if (slope < 0 && is_finite(direction)) {
        if (auto trial = options.line_search.model().find(walk, {direction, slope}, 1)) {
          walk.move(std::move(trial->point));
          return {};
        }
        if (is_lost_in_rounding(walk, slope, 1)) break;
      }
      state.sparse->damped(0.1 * norm(scaled), scaled);
    }
    return {StepOutcome::Kind::stalled};
  }

  static constexpr int most_dampings = 12;
};

}  // namespace optimize

template Method::Method(const GaussNewton&);

}  // namespace downhill
