#include <downhill/rules/schedule_free.hpp>

#include "optimize/rules/rule_erasure.hpp"

namespace downhill {

options::Fields ScheduleFree::fields() {
  using options::field;
  return optimize::rule_fields<ScheduleFree>(
      optimize::rate_on_gradient, {field("beta", &ScheduleFree::beta, "weight of the average where gradients are taken",
                                         options::right_open(0, 1))});
}

namespace optimize {

template <>
struct Update<ScheduleFree> {
  static constexpr std::size_t result = 1;
  static std::vector<NamedArray> start(const ScheduleFree&, const Array& y) {
    return {{"z", y}, {"x", y}, {"weight", full({}, 0, y.dtype())}};
  }
  static RuleOutput step(const ScheduleFree& options, const RuleInput& in) {
    const Array z = in.state[0] - in.learning_rate * in.gradient;
    const Array weight = in.state[2] + square(in.learning_rate);
    const Array x = in.state[1] + square(in.learning_rate) / weight * (z - in.state[1]);
    return {z + options.beta * (x - z), {z, x, weight}};
  }
};

}  // namespace optimize

template Rule::Rule(const ScheduleFree&);
template Method::Method(const ScheduleFree&);

}  // namespace downhill
