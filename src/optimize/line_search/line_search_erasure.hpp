#pragma once
#include <memory>
#include <optional>
#include <string>

#include "optimize/line_search/line_search_model.hpp"
#include "options/fields.hpp"

/// Makes a LineSearch of a struct of options and its implementation. Included by the files of the searches alone, each of which
/// defines Search<Options> and ends with `template LineSearch::LineSearch(const Options&);`.
namespace downhill {

namespace optimize {

/// Specialised by each search, in its own file:
///
///   template <> struct Search<Armijo> {
///     static Traits::Descent descent(const Armijo&);
///     static double fixed_rate(const Armijo&);   // may be left out
///     static std::optional<Trial> find(const Armijo&, Walk&, const Ray&, double suggested_step);   // nothing: no step was good
///   };
template <class Options>
struct Search;

template <class Options>
class ErasedSearch final : public LineSearchModel {
 public:
  explicit ErasedSearch(const Options& options) : options_(options) {}
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  Traits::Descent descent() const override { return Search<Options>::descent(options_); }
  double fixed_rate() const override {
    if constexpr (requires { Search<Options>::fixed_rate(options_); }) return Search<Options>::fixed_rate(options_);
    return 0;
  }
  std::optional<Trial> find(Walk& walk, const Ray& ray, double suggested_step) const override {
    return Search<Options>::find(options_, walk, ray, suggested_step);
  }

 private:
  Options options_;
};

}  // namespace optimize

template <class Options>
LineSearch::LineSearch(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<optimize::ErasedSearch<Options>>(options);
}

}  // namespace downhill
