#pragma once
#include <memory>
#include <string>

#include "optimize/subproblem/subproblem_model.hpp"
#include "options/fields.hpp"

/// Makes a Subproblem of a struct of options and its implementation. Included by the files of the subproblems alone, each of which
/// defines RegionOf<Options> and ends with `template Subproblem::Subproblem(const Options&);`.
namespace downhill {

namespace optimize {

/// Specialised by each subproblem, in its own file:
///
///   template <> class RegionOf<Gltr> final : public Region {
///    public:
///     static constexpr Needs needs = Needs::hessian_products;
///     RegionOf(const Gltr&, QuadraticModel&, double tightness);
///     ModelStep within(double radius) override;
///   };
template <class Options>
class RegionOf;

template <class Options>
class ErasedSubproblem final : public SubproblemModel {
 public:
  explicit ErasedSubproblem(const Options& options) : options_(options) {}
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  Needs needs() const override { return RegionOf<Options>::needs; }
  std::unique_ptr<Region> at(QuadraticModel& model, double tightness) const override {
    return std::make_unique<RegionOf<Options>>(options_, model, tightness);
  }

 private:
  Options options_;
};

}  // namespace optimize

template <class Options>
Subproblem::Subproblem(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<optimize::ErasedSubproblem<Options>>(options);
}

}  // namespace downhill
