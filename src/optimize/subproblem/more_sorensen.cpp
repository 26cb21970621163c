#include "optimize/norms.hpp"
#include "optimize/subproblem/subproblem_erasure.hpp"
#include "optimize/trust_region.hpp"

namespace downhill {

options::Fields MoreSorensen::fields() { return {}; }

namespace optimize {

template <>
class RegionOf<MoreSorensen> final : public Region {
 public:
  static constexpr Needs needs = Needs::hessian;

  RegionOf(const MoreSorensen&, QuadraticModel& model, double) : model_(model), newton_(model.newton_step()) {}

  ModelStep within(double radius) override {
    if (!newton_.empty() && norm(newton_) <= radius) return {newton_, model_.fall(newton_), ModelStep::Ends::inside};
    const std::vector<double> step =
        model_.eigen().combine(trust_region_step(above_rounding(model_.eigen().values), model_.coordinates(), radius));
    // A singular Hessian has its minimum inside where the gradient has nothing along the null space.
    const bool is_inside = norm(step) < 0.99 * radius;
    return {step, model_.fall(step), is_inside ? ModelStep::Ends::inside : ModelStep::Ends::on_boundary};
  }

 private:
  QuadraticModel& model_;
  std::vector<double> newton_;  // empty where the Hessian is not positive definite
};

}  // namespace optimize

template Subproblem::Subproblem(const MoreSorensen&);

}  // namespace downhill
