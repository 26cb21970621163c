#include <algorithm>
#include <cmath>

#include "optimize/krylov_space.hpp"
#include "optimize/subproblem/most_products.hpp"
#include "optimize/subproblem/subproblem_erasure.hpp"

namespace downhill {

options::Fields Gltr::fields() {
  using options::field;
  return {field("forcing", &Gltr::forcing, "residual at which the iteration may end, relative to the gradient",
                options::open(0, 1)),
          field("products", &Gltr::products, "Hessian-vector products at most; 0: 20 + 2 n, up to 1000")};
}

namespace optimize {

template <>
class RegionOf<Gltr> final : public Region {
 public:
  static constexpr Needs needs = Needs::hessian_products;

  RegionOf(const Gltr& options, QuadraticModel& model, double tightness)
      : space_(model, most_products(options.products, model.size())),
        tolerance_(std::min(options.forcing, tightness)) {}

  ModelStep within(double radius) override {
    if (space_.size() == 0 && space_.extend() == KrylovSpace::Growth::complete) return {};
    ShiftedStep small;
    do {
      small = step_within(space_.matrix(), space_.gradient(), radius, small.shift);
    } while (space_.beyond() * std::abs(small.step.back()) > tolerance_ * space_.steepness() &&
             space_.extend() == KrylovSpace::Growth::grown);
    return {space_.combine(small.step), small.fall,
            small.shift > 0 ? ModelStep::Ends::on_boundary : ModelStep::Ends::inside};
  }

 private:
  KrylovSpace space_;
  double tolerance_;
};

}  // namespace optimize

template Subproblem::Subproblem(const Gltr&);

}  // namespace downhill
