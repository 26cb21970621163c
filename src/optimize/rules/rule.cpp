#include <fmt/format.h>
#include <downhill/error.hpp>
#include <downhill/operations.hpp>
#include <downhill/rule.hpp>

#include "optimize/rules/rule_model.hpp"
#include "options/fields.hpp"

namespace downhill {

namespace {

constexpr std::string_view average_name = "average";

void require_type(std::string_view rule, std::string_view what, const Type& given, const Type& wanted) {
  if (given == wanted) return;
  throw ShapeError(
      fmt::format("{}: {} is of another type: {} where {} is needed", rule, what, to_string(given), to_string(wanted)));
}

class ErasedCustomRule final : public RuleModel {
 public:
  explicit ErasedCustomRule(const CustomRule& rule)
      : rule_(rule), combined_{rule.learning_rate, rule.weight_decay, rule.clip, rule.average} {}
  std::string_view name() const override { return rule_.name; }
  std::string text(options::Detail) const override { return rule_.name; }
  const optimize::Combined& combined() const override { return combined_; }
  std::vector<NamedArray> start(const Array& x) const override {
    return rule_.start ? rule_.start(x) : std::vector<NamedArray>();
  }
  RuleOutput update(const RuleInput& in) const override { return rule_.update(in); }
  std::optional<std::size_t> result() const override { return std::nullopt; }

 private:
  CustomRule rule_;
  optimize::Combined combined_;
};

}  // namespace

template <>
Rule::Rule(const CustomRule& rule) {
  if (rule.name.empty()) throw OptionError("rule: the name is empty");
  if (!rule.update) throw OptionError(fmt::format("{}: there is no update", rule.name));
  if (!(rule.weight_decay >= 0)) {
    throw OptionError(fmt::format("{}: weight_decay = {} is outside [0, inf)", rule.name, rule.weight_decay));
  }
  model_ = std::make_shared<ErasedCustomRule>(rule);
}

std::string_view Rule::name() const { return model_->name(); }
std::string Rule::text(options::Detail detail) const { return model_->text(detail); }
std::string Rule::text() const { return model_->text(options::Detail::changed); }

std::vector<NamedArray> Rule::start(const Array& x) const {
  std::vector<NamedArray> state = model_->start(x);
  if (model_->combined().average) state.push_back({std::string(average_name), x});
  return state;
}

std::vector<Rule::Parameter> Rule::update(std::span<const Parameter> parameters, std::span<const Array> gradients,
                                          const Array& count) const {
  if (parameters.size() != gradients.size()) {
    throw ShapeError(fmt::format("{}: the numbers of arrays and gradients differ: {} and {}", name(), parameters.size(),
                                 gradients.size()));
  }
  const optimize::Combined& combined = model_->combined();
  for (std::size_t k = 0; k < gradients.size(); ++k) {
    require_type(name(), "a gradient", gradients[k].type(), parameters[k].x.type());
  }
  const std::vector<Array> clipped = optimize::clipped(combined.clip, gradients);
  const Array rate = combined.learning_rate.at(count);
  const Array number = count + 1.0;
  std::vector<Parameter> result;
  for (std::size_t k = 0; k < parameters.size(); ++k) {
    const auto& [x, state] = parameters[k];
    const std::size_t own = state.size() - (combined.average ? 1 : 0);
    RuleInput in{x, clipped[k], std::span(state).first(own), astype(rate, x.dtype()), number};
    if (combined.weight_decay > 0) in.x = x - (in.learning_rate * combined.weight_decay) * x;
    RuleOutput out = model_->update(in);
    require_type(name(), "the new x", out.x.type(), x.type());
    if (out.state.size() != own) {
      throw ShapeError(fmt::format("{}: the state has {} arrays where {} are needed", name(), out.state.size(), own));
    }
    for (std::size_t i = 0; i < own; ++i) {
      require_type(name(), "an array of the state", out.state[i].type(), state[i].type());
    }
    if (combined.average) {
      const Array& next = model_->result() ? out.state[*model_->result()] : out.x;
      out.state.push_back(optimize::averaged(combined.average, state.back(), next, number));
    }
    result.push_back({std::move(out.x), std::move(out.state)});
  }
  return result;
}

bool Rule::has_result_of_its_own() const { return model_->combined().average || model_->result(); }

Array Rule::result(const Parameter& parameter) const {
  if (model_->combined().average) return parameter.state.back();
  return model_->result() ? parameter.state[*model_->result()] : parameter.x;
}

Rule parse_rule(std::string_view text) { return Rule::registry().parse(text); }

}  // namespace downhill
