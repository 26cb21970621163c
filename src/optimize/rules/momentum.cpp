#include <downhill/rules/momentum.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Momentum::fields() {
  using options::field;
  return optimize::rule_fields<Momentum>(
      optimize::rate_on_gradient,
      {field("momentum", &Momentum::momentum, "share of the last step that is repeated", options::right_open(0, 1))});
}

namespace optimize {

template <>
struct Update<Momentum> {
  static std::vector<NamedArray> start(const Momentum&, const Array& x) { return {{"velocity", zeros_like(x)}}; }
  static RuleOutput step(const Momentum& options, const RuleInput& in) {
    const Array v = options.momentum * in.state[0] - in.learning_rate * in.gradient;
    return {in.x + v, {v}};
  }
};

}  // namespace optimize

template Rule::Rule(const Momentum&);
template Method::Method(const Momentum&);

}  // namespace downhill
