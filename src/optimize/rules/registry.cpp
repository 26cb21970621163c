#include <downhill/rules.hpp>

#include "optimize/rules/list.hpp"
#include "options/registry.hpp"

namespace downhill {

const options::Registry<Rule>& Rule::registry() {
  static const options::Registry<Rule> rules{"rule", optimize::rule_entries<Rule>()};
  return rules;
}

}  // namespace downhill
