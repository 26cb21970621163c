#pragma once
#include <downhill/operations.hpp>
#include <downhill/program.hpp>
#include <downhill/rules.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "optimize/rules/rule_model.hpp"
#include "options/declaration.hpp"
#include "options/registry.hpp"

/// Rules as the tests run them: at once, on arrays.
namespace downhill::testing {

/// An array with the state of a rule, before its first step.
inline Rule::Parameter parameter(const Rule& rule, const Array& x) {
  Rule::Parameter result{x, {}};
  for (const NamedArray& one : rule.start(x)) result.state.push_back(one.array);
  return result;
}

/// One step of one array.
inline Rule::Parameter stepped(const Rule& rule, const Rule::Parameter& from, const Array& gradient,
                               std::uint64_t count) {
  return rule.update({&from, 1}, {&gradient, 1}, Array(static_cast<double>(count))).front();
}

/// Options with which a rule comes to rest on losses whose curvatures are between 1/2 and 30; none: the defaults do.
inline std::string options_that_settle(const options::Declaration& declaration) {
  static const std::map<std::string_view, std::string> options{
      {"adagrad", "(learning_rate=0.5)"},
      {"adadelta", "(learning_rate=0.05)"},
      {"adamw", "(learning_rate=0.1, weight_decay=0)"},  // whose decay moves the minimum
      {"rmsprop", "(learning_rate=exponential(initial=0.1, factor=0.995))"},
      {"nadam", "(learning_rate=exponential(initial=0.1, factor=0.998), beta2=0.99)"},
      {"muon", "(learning_rate=exponential(initial=0.1, factor=0.995), beta2=0.9)"},
      {"lion", "(learning_rate=exponential(initial=0.1, factor=0.995))"},
  };
  const auto found = options.find(declaration.name);
  const bool is_length = declaration.find("learning_rate")->doc == optimize::rate_in_x;
  const std::string otherwise = is_length ? "(learning_rate=0.1)" : "";
  return std::string(declaration.name) + (found == options.end() ? otherwise : found->second);
}

}  // namespace downhill::testing
