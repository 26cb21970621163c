#include <downhill/rules/nadam.hpp>

#include "optimize/rules/adam_update.hpp"
#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields NAdam::fields() {
  using options::field;
  return optimize::rule_fields<NAdam>(
      optimize::rate_in_x,
      {field("beta1", &NAdam::beta1, "decay of the mean gradient", options::right_open(0, 1)),
       field("beta2", &NAdam::beta2, "decay of the mean squared gradient", options::right_open(0, 1)),
       field("epsilon", &NAdam::epsilon, "added to the divisor, in units of the gradient", options::non_negative()),
       field("momentum_decay", &NAdam::momentum_decay, "how fast the look-ahead grows, per step",
             options::non_negative())});
}

namespace optimize {

template <>
struct Update<NAdam> {
  static std::vector<NamedArray> start(const NAdam&, const Array& x) {
    return {{"m", zeros_like(x)}, {"v", zeros_like(x)}, {"product", full({}, 1, x.dtype())}};
  }
  static RuleOutput step(const NAdam& options, const RuleInput& in) {
    const Array m = running_mean(options.beta1, in.state[0], in.gradient);
    const Array v = running_mean(options.beta2, in.state[1], square(in.gradient));
    const Array mu = as_of(share(options, in.count), in.x);
    const Array next_mu = as_of(share(options, in.count + 1.0), in.x);
    const Array product = in.state[2] * mu;
    const Array mean = next_mu / (1.0 - product * next_mu) * m + (1.0 - mu) / (1.0 - product) * in.gradient;
    const Array size = sqrt(v / as_of(weight_of_mean(options.beta2, in.count), in.x));
    return {in.x - in.learning_rate * mean / (size + options.epsilon), {m, v, product}};
  }

 private:
  // μ_t
  static Array share(const NAdam& options, const Array& t) {
    return options.beta1 * (1.0 - 0.5 * pow(0.96, options.momentum_decay * t));
  }
};

}  // namespace optimize

template Rule::Rule(const NAdam&);
template Method::Method(const NAdam&);

}  // namespace downhill
