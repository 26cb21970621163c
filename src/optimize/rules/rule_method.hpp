#pragma once
#include <downhill/rule.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "optimize/method_model.hpp"

namespace downhill::optimize {

/// The adapter that makes every rule a method: per step one value and gradient, and the rule's update as one program for the flat x.
///
/// A rule that averages is followed by two points: its own x, where gradients are taken, and the result, which the walk is at.
/// A trial that is not finite halves the change of x and of the whole state.
class RuleMethod : public MethodModel {
 public:
  explicit RuleMethod(Rule rule) : rule_(std::move(rule)) {}
  std::string_view name() const override { return rule_.name(); }
  std::string text(options::Detail detail) const override { return rule_.text(detail); }
  Traits traits() const override {
    return {.needs = Needs::gradient, .descent = Traits::Descent::free, .rate = Traits::Rate::linear};
  }
  std::unique_ptr<Steps> start(Walk& walk) const override;

 private:
  Rule rule_;
};

}  // namespace downhill::optimize
