#include <downhill/rules/lion.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Lion::fields() {
  using options::field;
  return optimize::rule_fields<Lion>(
      optimize::rate_in_x,
      {field("beta1", &Lion::beta1, "weight of the mean gradient in the step", options::right_open(0, 1)),
       field("beta2", &Lion::beta2, "decay of the mean gradient", options::right_open(0, 1))});
}

namespace optimize {

template <>
struct Update<Lion> {
  static std::vector<NamedArray> start(const Lion&, const Array& x) { return {{"m", zeros_like(x)}}; }
  static RuleOutput step(const Lion& options, const RuleInput& in) {
    const Array direction = sign(running_mean(options.beta1, in.state[0], in.gradient));
    const Array m = running_mean(options.beta2, in.state[0], in.gradient);
    return {in.x - in.learning_rate * direction, {m}};
  }
};

}  // namespace optimize

template Rule::Rule(const Lion&);
template Method::Method(const Lion&);

}  // namespace downhill
