#include <downhill/rules/rmsprop.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields RmsProp::fields() {
  using options::field;
  return optimize::rule_fields<RmsProp>(
      optimize::rate_in_x,
      {field("decay", &RmsProp::decay, "of the mean squared gradient", options::right_open(0, 1)),
       field("epsilon", &RmsProp::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

template <>
struct Update<RmsProp> {
  static std::vector<NamedArray> start(const RmsProp&, const Array& x) { return {{"v", zeros_like(x)}}; }
  static RuleOutput step(const RmsProp& options, const RuleInput& in) {
    const Array v = running_mean(options.decay, in.state[0], square(in.gradient));
    return {in.x - in.learning_rate * in.gradient / (sqrt(v) + options.epsilon), {v}};
  }
};

}  // namespace optimize

template Rule::Rule(const RmsProp&);
template Method::Method(const RmsProp&);

}  // namespace downhill
