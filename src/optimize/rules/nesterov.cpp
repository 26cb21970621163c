#include <downhill/rules/nesterov.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields Nesterov::fields() {
  using options::field;
  return optimize::rule_fields<Nesterov>(
      optimize::rate_on_gradient,
      {field("momentum", &Nesterov::momentum, "share of the last step that is repeated; none: (t - 1) / (t + 2)",
             options::right_open(0, 1))});
}

namespace optimize {

template <>
struct Update<Nesterov> {
  static std::vector<NamedArray> start(const Nesterov&, const Array& y) { return {{"x", y}}; }
  static RuleOutput step(const Nesterov& options, const RuleInput& in) {
    const Array& y = in.x;
    const Array x = y - in.learning_rate * in.gradient;
    const Array share = options.momentum ? full({}, *options.momentum) : (in.count - 1.0) / (in.count + 2.0);
    return {x + as_of(share, y) * (x - in.state[0]), {x}};
  }
};

}  // namespace optimize

template Rule::Rule(const Nesterov&);
template Method::Method(const Nesterov&);

}  // namespace downhill
