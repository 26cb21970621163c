#include <downhill/rules/adagrad.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields AdaGrad::fields() {
  using options::field;
  return optimize::rule_fields<AdaGrad>(
      optimize::rate_in_x,
      {field("epsilon", &AdaGrad::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

template <>
struct Update<AdaGrad> {
  static std::vector<NamedArray> start(const AdaGrad&, const Array& x) { return {{"v", zeros_like(x)}}; }
  static RuleOutput step(const AdaGrad& options, const RuleInput& in) {
    const Array v = in.state[0] + square(in.gradient);
    return {in.x - in.learning_rate * in.gradient / (sqrt(v) + options.epsilon), {v}};
  }
};

}  // namespace optimize

template Rule::Rule(const AdaGrad&);
template Method::Method(const AdaGrad&);

}  // namespace downhill
