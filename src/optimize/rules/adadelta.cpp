#include <downhill/rules/adadelta.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields AdaDelta::fields() {
  using options::field;
  return optimize::rule_fields<AdaDelta>(
      optimize::rate_without_unit,
      {field("decay", &AdaDelta::decay, "of the mean squares of gradients and steps", options::right_open(0, 1)),
       field("epsilon", &AdaDelta::epsilon, "added to both mean squares", options::positive())});
}

namespace optimize {

template <>
struct Update<AdaDelta> {
  static std::vector<NamedArray> start(const AdaDelta&, const Array& x) {
    return {{"v", zeros_like(x)}, {"u", zeros_like(x)}};
  }
  static RuleOutput step(const AdaDelta& options, const RuleInput& in) {
    const Array v = running_mean(options.decay, in.state[0], square(in.gradient));
    const Array d = sqrt(in.state[1] + options.epsilon) / sqrt(v + options.epsilon) * in.gradient;
    const Array u = running_mean(options.decay, in.state[1], square(d));
    return {in.x - in.learning_rate * d, {v, u}};
  }
};

}  // namespace optimize

template Rule::Rule(const AdaDelta&);
template Method::Method(const AdaDelta&);

}  // namespace downhill
