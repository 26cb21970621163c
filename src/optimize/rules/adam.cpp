#include <downhill/rules/adam.hpp>

#include "optimize/rules/adam_update.hpp"
#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Adam::fields() {
  using options::field;
  return optimize::rule_fields<Adam>(
      optimize::rate_in_x,
      {field("beta1", &Adam::beta1, "decay of the mean gradient", options::right_open(0, 1)),
       field("beta2", &Adam::beta2, "decay of the mean squared gradient", options::right_open(0, 1)),
       field("epsilon", &Adam::epsilon, "added to the divisor, in units of the gradient", options::non_negative())});
}

namespace optimize {

Array weight_of_mean(double decay, const Array& count) { return -expm1(count * downhill::log(Array(decay))); }

std::vector<NamedArray> AdamUpdate::start(const Array& x) { return {{"m", zeros_like(x)}, {"v", zeros_like(x)}}; }

RuleOutput AdamUpdate::step(const RuleInput& in) const {
  const Array m = running_mean(beta1, in.state[0], in.gradient);
  const Array v = running_mean(beta2, in.state[1], square(in.gradient));
  // What is the same for all elements is computed once: one division and one root remain for each.
  const Array rate = in.learning_rate / as_of(weight_of_mean(beta1, in.count), in.x);
  const Array of_size = 1 / sqrt(as_of(weight_of_mean(beta2, in.count), in.x));
  return {in.x - rate * m / (of_size * sqrt(v) + epsilon), {m, v}};
}

template <>
struct Update<Adam> {
  static std::vector<NamedArray> start(const Adam&, const Array& x) { return AdamUpdate::start(x); }
  static RuleOutput step(const Adam& options, const RuleInput& in) {
    return AdamUpdate{options.beta1, options.beta2, options.epsilon}.step(in);
  }
};

}  // namespace optimize

template Rule::Rule(const Adam&);
template Method::Method(const Adam&);

}  // namespace downhill
