#include <algorithm>
#include <cmath>
#include <limits>

#include "optimize/norms.hpp"
#include "optimize/subproblem/boundary.hpp"
#include "optimize/subproblem/most_products.hpp"
#include "optimize/subproblem/subproblem_erasure.hpp"

namespace downhill {

options::Fields Steihaug::fields() {
  using options::field;
  return {field("forcing", &Steihaug::forcing, "residual at which the iteration may end, relative to the gradient",
                options::open(0, 1)),
          field("products", &Steihaug::products, "Hessian-vector products at most; 0: 20 + 2 n, up to 1000")};
}

namespace optimize {

template <>
class RegionOf<Steihaug> final : public Region {
 public:
  static constexpr Needs needs = Needs::hessian_products;

  RegionOf(const Steihaug& options, QuadraticModel& model, double tightness)
      : model_(model),
        tolerance_(std::min(options.forcing, tightness)),
        most_(most_products(options.products, model.size())) {}

  // Iterates grow in length, so a smaller radius ends the same path earlier.
  ModelStep within(double radius) override {
    if (last_.empty() || radius > followed_to_) follow(radius);
    const auto leg = std::find_if(path_.begin(), path_.end(), [&](const Leg& l) { return l.reach > radius; });
    if (leg == path_.end()) return {last_, fall_, ModelStep::Ends::inside};
    if (leg->along.empty()) {  // not kept: the same iterations again
      follow(radius);
      return {last_, fall_, ModelStep::Ends::on_boundary};
    }
    return leave(*leg, radius);
  }

 private:
  static constexpr std::size_t most_kept = std::size_t{1} << 24U;  // numbers

  // From p along d to p + t d, whose length is `reach`, infinite where d has negative curvature.
  struct Leg {
    std::vector<double> from, along;
    double reach = 0;
    double fall = 0;  // of the model at p
    double slope = 0, curvature = 0;
  };

  static ModelStep leave(const Leg& leg, double radius) {
    const double t = way_to_boundary(leg.from, leg.along, radius);
    std::vector<double> p(leg.from);
    for (std::size_t i = 0; i < p.size(); ++i) p[i] += t * leg.along[i];
    return {std::move(p), leg.fall - t * (leg.slope + 0.5 * t * leg.curvature), ModelStep::Ends::on_boundary};
  }

  // Algorithm 2.1 of Steihaug. Ends with the minimum inside, or beyond the radius.
  void follow(double radius) {
    const std::size_t n = model_.size();
    std::vector<double> p(n, 0.0), residual(model_.gradient()), d(n);
    for (std::size_t i = 0; i < n; ++i) d[i] = -residual[i];
    const double first = norm(residual);
    double size = first, fall = 0;
    path_.clear();
    followed_to_ = std::numeric_limits<double>::infinity();
    for (std::size_t k = 0; k < most_ && size > tolerance_ * first; ++k) {
      const std::vector<double> product = model_.product(d);
      if (!is_finite(product)) break;
      const double curvature = dot(d, product);
      Leg leg{p, d, std::numeric_limits<double>::infinity(), fall, dot(residual, d), curvature};
      const bool is_convex = curvature > std::numeric_limits<double>::epsilon() * norm(d) * norm(product);
      const double t = is_convex ? size * (size / curvature) : 0;
      if (is_convex) {
        for (std::size_t i = 0; i < n; ++i) p[i] += t * d[i];
        leg.reach = norm(p);
      }
      if (leg.reach > radius) {
        ModelStep step = leave(leg, radius);
        last_ = std::move(step.step);
        fall_ = step.fall;
        followed_to_ = radius;
        keep(std::move(leg));
        return;
      }
      fall -= t * (leg.slope + 0.5 * t * curvature);
      keep(std::move(leg));
      for (std::size_t i = 0; i < n; ++i) residual[i] += t * product[i];
      const double next = norm(residual);
      const double ratio = (next / size) * (next / size);
      for (std::size_t i = 0; i < n; ++i) d[i] = ratio * d[i] - residual[i];
      size = next;
    }
    last_ = std::move(p);
    fall_ = fall;
  }

  void keep(Leg leg) {
    if ((path_.size() + 1) * leg.from.size() > most_kept) leg.from = leg.along = {};
    path_.push_back(std::move(leg));
  }

  QuadraticModel& model_;
  double tolerance_;
  std::size_t most_;
  std::vector<Leg> path_;
  std::vector<double> last_;
  double fall_ = 0;
  double followed_to_ = 0;  // infinite where the path ends inside
};

}  // namespace optimize

template Subproblem::Subproblem(const Steihaug&);

}  // namespace downhill
