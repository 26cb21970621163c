#include <downhill/rules/adamw.hpp>

#include "optimize/rules/adam_update.hpp"
#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields AdamW::fields() {
  using options::field;
  return optimize::rule_fields<AdamW>(
      optimize::rate_in_x,
      {field("beta1", &AdamW::beta1, "decay of the mean gradient", options::right_open(0, 1)),
       field("beta2", &AdamW::beta2, "decay of the mean squared gradient", options::right_open(0, 1)),
       field("epsilon", &AdamW::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

template <>
struct Update<AdamW> {
  static std::vector<NamedArray> start(const AdamW&, const Array& x) { return AdamUpdate::start(x); }
  static RuleOutput step(const AdamW& options, const RuleInput& in) {
    return AdamUpdate{options.beta1, options.beta2, options.epsilon}.step(in);
  }
};

}  // namespace optimize

template Rule::Rule(const AdamW&);
template Method::Method(const AdamW&);

}  // namespace downhill
