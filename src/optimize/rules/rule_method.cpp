#include "optimize/rules/rule_method.hpp"

#include <fmt/format.h>
#include <downhill/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "optimize/compiled.hpp"
#include "optimize/norms.hpp"

namespace downhill {

namespace optimize {

namespace {

constexpr int most_halvings = 60;

// One update of the flat x: inputs x, gradient, count and the state; outputs the new x, the result if it is another array, the state.
Compiled compiled_update(const Rule& rule, const std::vector<NamedArray>& state, const Type& x) {
  std::vector<Type> inputs{x, x, Type{}};
  for (const NamedArray& one : state) inputs.push_back(one.array.type());
  const ArrayFunction update = [&rule](std::span<const Array> in) {
    const Rule::Parameter parameter{in[0], {in.begin() + 3, in.end()}};
    const Rule::Parameter next = rule.update({&parameter, 1}, in.subspan(1, 1), in[2]).front();
    std::vector<Array> out{next.x};
    if (rule.has_result_of_its_own()) out.push_back(rule.result(next));
    out.insert(out.end(), next.state.begin(), next.state.end());
    return out;
  };
  return {update, inputs, {}};
}

// A part of the way from `from` to `to`; all of it gives the bits of `to`.
std::vector<double> between(const std::vector<double>& from, const std::vector<double>& to, double share) {
  if (share == 1) return to;
  std::vector<double> result(from);
  for (std::size_t i = 0; i < from.size(); ++i) result[i] += share * (to[i] - from[i]);
  return result;
}

bool is_usable(const Point& point) { return std::isfinite(point.value) && is_finite(point.gradient); }

class RuleSteps final : public Steps {
 public:
  RuleSteps(const Rule& rule, Walk& walk) : RuleSteps(rule, walk, Array(walk.here().x)) {}

  StepOutcome step(Walk& walk) override {
    const Point& from = is_averaging_ ? ahead_ : walk.here();
    if (!run(from)) return {StepOutcome::Kind::stalled};
    double share = 1;
    for (int trial = 0; trial < most_halvings && !walk.is_over(); ++trial, share *= 0.5) {
      std::vector<double> x = between(from.x, next_x_, share);
      std::vector<double> result = is_averaging_ ? between(walk.here().x, next_result_, share) : std::vector<double>();
      if (x == from.x && (!is_averaging_ || result == walk.here().x)) break;
      if (!is_finite(x) || !is_finite(result)) continue;
      Point next = walk.evaluate(std::move(x));
      if (!is_usable(next)) continue;
      if (is_averaging_) {
        Point at_result = walk.evaluate(std::move(result));
        if (!is_usable(at_result)) continue;
        ahead_ = std::move(next);
        next = std::move(at_result);
      }
      for (std::size_t k = 0; k < state_.size(); ++k) state_[k] = between(state_[k], next_state_[k], share);
      ++count_;
      walk.move(std::move(next));
      return {};
    }
    return {StepOutcome::Kind::stalled};
  }

  Snapshot save() override { return record_of(*this); }
  void load(const Snapshot& record) override {
    restore(record, *this);
    for (std::size_t k = 0; k < state_.size(); ++k) {
      if (state_[k].size() != next_state_[k].size()) state::refuse(names_[k]);
    }
    if (is_averaging_ && ahead_.x.size() != next_x_.size()) state::refuse("ahead");
  }

  template <class Visitor>
  void visit(Visitor& v) {
    v("count", count_);
    for (std::size_t k = 0; k < state_.size(); ++k) v("state." + names_[k], state_[k]);
    if (is_averaging_) v("ahead", ahead_);
  }

 private:
  RuleSteps(const Rule& rule, Walk& walk, const Array& x) : RuleSteps(rule, walk, x, rule.start(x)) {}
  RuleSteps(const Rule& rule, Walk& walk, const Array& x, const std::vector<NamedArray>& state)
      : is_averaging_(rule.has_result_of_its_own()),
        update_(compiled_update(rule, state, x.type())),
        next_x_(walk.size()) {
    for (const auto& [name, array] : state) {
      if (array.dtype() != DType::f64) {
        throw ShapeError(
            fmt::format("{}: '{}' of the state is not f64: {}", rule.name(), name, to_string(array.type())));
      }
      names_.push_back(name);
      state_.push_back(array.values());
    }
    next_state_ = state_;
    if (!is_averaging_) return;
    ahead_ = walk.here();
    next_result_.resize(walk.size());
  }

  bool run(const Point& from) {
    const auto count = static_cast<double>(count_);
    std::vector<const void*> inputs{from.x.data(), from.gradient.data(), &count};
    for (const std::vector<double>& array : state_) inputs.push_back(array.data());
    std::vector<void*> outputs{next_x_.data()};
    if (is_averaging_) outputs.push_back(next_result_.data());
    for (std::vector<double>& array : next_state_) outputs.push_back(array.data());
    return update_.run(inputs.data(), outputs.data()).is_ok();
  }

  bool is_averaging_;
  std::vector<std::string> names_;
  std::uint64_t count_ = 0;
  std::vector<std::vector<double>> state_;
  Point ahead_;  // where gradients are taken, when that is not where the walk is
  // Scratch of a step:
  Compiled update_;
  std::vector<double> next_x_, next_result_;
  std::vector<std::vector<double>> next_state_;
};

}  // namespace

std::unique_ptr<Steps> RuleMethod::start(Walk& walk) const { return std::make_unique<RuleSteps>(rule_, walk); }

}  // namespace optimize

template <>
Method::Method(const Rule& rule) : model_(std::make_shared<optimize::RuleMethod>(rule)) {}

}  // namespace downhill
