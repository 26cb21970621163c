#pragma once
#include <downhill/rules.hpp>

#include <vector>

#include "options/registry.hpp"

namespace downhill::optimize {

/// All rules, as entries of the registry of rules or of methods.
template <class Erased>
[[nodiscard]] std::vector<options::Entry<Erased>> rule_entries() {
  using options::entry;
  return {
      entry<Erased, Sgd>(),          entry<Erased, Momentum>(), entry<Erased, Nesterov>(), entry<Erased, AdaGrad>(),
      entry<Erased, RmsProp>(),      entry<Erased, AdaDelta>(), entry<Erased, Adam>(),     entry<Erased, AdamW>(),
      entry<Erased, AmsGrad>(),      entry<Erased, NAdam>(),    entry<Erased, Lion>(),     entry<Erased, Muon>(),
      entry<Erased, ScheduleFree>(),
  };
}

/// The entries, and behind them those of all rules.
template <class Erased>
[[nodiscard]] std::vector<options::Entry<Erased>> with_rules(std::vector<options::Entry<Erased>> entries) {
  for (const options::Entry<Erased>& rule : rule_entries<Erased>()) entries.push_back(rule);
  return entries;
}

}  // namespace downhill::optimize
