#include <algorithm>
#include <cmath>

#include "optimize/norms.hpp"
#include "optimize/subproblem/boundary.hpp"
#include "optimize/subproblem/subproblem_erasure.hpp"

namespace downhill {

options::Fields DoglegPath::fields() {
  using options::field;
  return {field("floor", &DoglegPath::floor, "smallest curvature relative to the largest", options::open(0, 1))};
}

namespace optimize {

template <>
class RegionOf<DoglegPath> final : public Region {
 public:
  static constexpr Needs needs = Needs::hessian;

  RegionOf(const DoglegPath& options, QuadraticModel& model, double) : model_(model), far_(model.newton_step()) {
    const std::vector<double>& g = model.gradient();
    const double steepness = norm(g);
    double curvature = 0;  // of the path's own model along g: that with the raised curvatures
    if (far_.empty()) {
      curvature = take_modified_step(options.floor, steepness);
    } else {
      const std::vector<double> unit = scaled(g, 1 / steepness);
      curvature = dot(unit, model.product(unit));
    }
    lowest_ = scaled(g, -1 / curvature);
  }

  ModelStep within(double radius) override {
    ModelStep best = along_path(radius);
    if (downward_.empty()) return best;
    // Curvature is negative: from the end of the path on along the lowest one, or along -g all the way.
    std::vector<double> p(best.step);
    const double t = way_to_boundary(p, downward_, radius);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] += t * downward_[i];
    for (std::vector<double> candidate : {std::move(p), scaled(model_.gradient(), -radius / norm(model_.gradient()))}) {
      ModelStep other = step(std::move(candidate), ModelStep::Ends::on_boundary);
      if (other.fall > best.fall) best = std::move(other);
    }
    return best;
  }

 private:
  [[nodiscard]] ModelStep along_path(double radius) const {
    const double far = norm(far_);
    if (far <= radius) return step(far_, ModelStep::Ends::inside);
    const double near = norm(lowest_);
    if (near >= radius) return step(scaled(lowest_, radius / near), ModelStep::Ends::on_boundary);
    std::vector<double> leg(far_);
    for (std::size_t i = 0; i < leg.size(); ++i) leg[i] -= lowest_[i];
    const double t = way_to_boundary(lowest_, leg, radius);
    std::vector<double> p(lowest_);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] += t * leg[i];
    return step(std::move(p), ModelStep::Ends::on_boundary);
  }

  static std::vector<double> scaled(std::vector<double> v, double factor) {
    for (double& entry : v) entry *= factor;
    return v;
  }

  // |λ| raised to floor * max |λ| in place of λ. Returns the curvature along g.
  double take_modified_step(double floor, double steepness) {
    const std::vector<double>& values = model_.eigen().values;
    const std::vector<double>& g = model_.coordinates();
    const double top = std::max(std::abs(values.front()), std::abs(values.back()));
    std::vector<double> p(g.size());
    double along_gradient = 0;
    for (std::size_t k = 0; k < p.size(); ++k) {
      const double curvature = top > 0 ? std::max(std::abs(values[k]), floor * top) : steepness;
      p[k] = -g[k] / curvature;
      along_gradient += (g[k] / steepness) * curvature * (g[k] / steepness);
    }
    far_ = model_.eigen().combine(p);
    if (values.front() < 0) {
      const auto lowest = model_.eigen().vector(0);
      downward_.assign(lowest.begin(), lowest.end());
      if (g.front() > 0) downward_ = scaled(downward_, -1);
    }
    return along_gradient;
  }

  [[nodiscard]] ModelStep step(std::vector<double> p, ModelStep::Ends ends) const {
    const double fall = model_.fall(p);
    return {std::move(p), fall, ends};
  }

  QuadraticModel& model_;
  std::vector<double> far_;       // the Newton step, or the modified one
  std::vector<double> lowest_;    // of the model along -g
  std::vector<double> downward_;  // the eigenvector of the lowest curvature, downhill, where that is negative
};

}  // namespace optimize

template Subproblem::Subproblem(const DoglegPath&);

}  // namespace downhill
