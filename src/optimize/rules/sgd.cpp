#include <downhill/rules/sgd.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Sgd::fields() {
  using options::field;
  return optimize::rule_fields<Sgd>(
      optimize::rate_on_gradient,
      {field("momentum", &Sgd::momentum, "decay of the sum of gradients", options::right_open(0, 1)),
       field("nesterov", &Sgd::nesterov, "whether to step as momentum would next")});
}

namespace optimize {

template <>
struct Update<Sgd> {
  static std::vector<NamedArray> start(const Sgd& options, const Array& x) {
    if (options.momentum == 0) return {};
    return {{"momentum", zeros_like(x)}};
  }
  static RuleOutput step(const Sgd& options, const RuleInput& in) {
    if (options.momentum == 0) return {in.x - in.learning_rate * in.gradient, {}};
    const Array m = options.momentum * in.state[0] + in.gradient;
    const Array step = options.nesterov == Lookahead::yes ? in.gradient + options.momentum * m : m;
    return {in.x - in.learning_rate * step, {m}};
  }
};

}  // namespace optimize

template Rule::Rule(const Sgd&);
template Method::Method(const Sgd&);

}  // namespace downhill
