#include <downhill/rules/amsgrad.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields AmsGrad::fields() {
  using options::field;
  return optimize::rule_fields<AmsGrad>(
      optimize::rate_in_x,
      {field("beta1", &AmsGrad::beta1, "decay of the mean gradient", options::right_open(0, 1)),
       field("beta2", &AmsGrad::beta2, "decay of the mean squared gradient", options::right_open(0, 1)),
       field("epsilon", &AmsGrad::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

template <>
struct Update<AmsGrad> {
  static std::vector<NamedArray> start(const AmsGrad&, const Array& x) {
    return {{"m", zeros_like(x)}, {"v", zeros_like(x)}, {"w", zeros_like(x)}};
  }
  static RuleOutput step(const AmsGrad& options, const RuleInput& in) {
    const Array m = running_mean(options.beta1, in.state[0], in.gradient);
    const Array v = running_mean(options.beta2, in.state[1], square(in.gradient));
    const Array w = maximum(in.state[2], v);
    return {in.x - in.learning_rate * m / (sqrt(w) + options.epsilon), {m, v, w}};
  }
};

}  // namespace optimize

template Rule::Rule(const AmsGrad&);
template Method::Method(const AmsGrad&);

}  // namespace downhill
