#pragma once
#include <downhill/operations.hpp>
#include <downhill/rule.hpp>

#include <concepts>
#include <memory>
#include <utility>

#include "optimize/method_erasure.hpp"
#include "optimize/rules/rule_method.hpp"
#include "optimize/rules/rule_model.hpp"
#include "options/fields.hpp"

/// Makes a Rule, and through it a Method, of a struct of options and its implementation. Included by the files of the rules alone,
/// each of which defines Update<Options> and ends with `template Rule::Rule(const Options&); template Method::Method(const Options&);`.
namespace downhill {

namespace optimize {

/// Specialised by each rule, in its own file:
///
///   template <> struct Update<Lion> {
///     static std::vector<NamedArray> start(const Lion&, const Array& x);    // the state of an array x
///     static RuleOutput step(const Lion&, const RuleInput&);               // pure
///     static constexpr std::size_t result = 0;                            // only if the result is that array of the state
///   };
template <class Options>
struct Update;

/// The options of a rule: its learning rate, its own, and what every rule combines with.
template <class Options>
[[nodiscard]] options::Fields rule_fields(std::string_view rate_doc, options::Fields own) {
  using options::field;
  options::Fields result{field("learning_rate", &Options::learning_rate, rate_doc, options::positive())};
  for (options::Field& one : own) result.push_back(std::move(one));
  if constexpr (requires { &Options::weight_decay; }) {
    result.push_back(field("weight_decay", &Options::weight_decay, "x loses learning_rate * weight_decay of itself",
                           options::non_negative()));
  }
  result.push_back(field("clip", &Options::clip, "what is done to large gradients first"));
  result.push_back(field("average", &Options::average, "what is reported in place of x"));
  return result;
}

template <class Options>
class ErasedRule final : public RuleModel {
 public:
  explicit ErasedRule(const Options& options)
      : options_(options), combined_{options.learning_rate, 0, options.clip, options.average} {
    if constexpr (requires { options.weight_decay; }) combined_.weight_decay = options.weight_decay;
  }
  std::string_view name() const override { return Options::name; }
  std::string text(options::Detail detail) const override { return options::print(options_, detail); }
  const Combined& combined() const override { return combined_; }
  std::vector<NamedArray> start(const Array& x) const override { return Update<Options>::start(options_, x); }
  RuleOutput update(const RuleInput& in) const override { return Update<Options>::step(options_, in); }
  std::optional<std::size_t> result() const override {
    if constexpr (requires { Update<Options>::result; }) return Update<Options>::result;
    return std::nullopt;
  }

 private:
  Options options_;
  Combined combined_;
};

template <class T>
concept IsRule = requires(const T& options) {
  { options.learning_rate } -> std::same_as<const Schedule&>;
};

/// Every rule as a method.
template <IsRule Options>
class ErasedMethod<Options> final : public RuleMethod {
 public:
  explicit ErasedMethod(const Options& options) : RuleMethod(Rule(options)) {}
};

[[nodiscard]] inline Array zeros_like(const Array& x) { return zeros(x.shape(), x.dtype()); }
/// A scalar f64[] as one that meets the array without changing its type.
[[nodiscard]] inline Array as_of(const Array& scalar, const Array& x) { return astype(scalar, x.dtype()); }
/// decay mean + (1 - decay) entry
[[nodiscard]] inline Array running_mean(double decay, const Array& mean, const Array& entry) {
  return decay * mean + (1 - decay) * entry;
}

}  // namespace optimize

template <class Options>
  requires requires { &Options::learning_rate; }
Rule::Rule(const Options& options) {
  options::validate(options);
  model_ = std::make_shared<optimize::ErasedRule<Options>>(options);
}

}  // namespace downhill
