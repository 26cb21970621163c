#include "exec/passes/share.hpp"

#include "exec/passes/rewrite.hpp"
#include "ir/hashing.hpp"
#include "ops/primitives.hpp"

#include <algorithm>
#include <unordered_map>

namespace downhill::exec::passes {
namespace {

bool is_symmetric(const ir::Primitive* primitive) {
  using namespace primitives;
  for (const ir::Primitive* one :
       {&add, &mul, &maximum, &minimum, &chain_both, &equal, &not_equal, &logical_and, &logical_or}) {
    if (primitive == one) {
      return true;
    }
  }
  return false;
}

}  // namespace

ir::Graph share_common(const ir::Graph& graph) {
  Rewrite rewrite(graph);
  struct Known {
    const ir::Node* node;
    std::vector<ir::ValueId> operands;
  };
  std::unordered_multimap<std::uint64_t, Known> known;
  for (const ir::Node& node : graph.nodes()) {
    std::vector<ir::ValueId> operands = rewrite.operands(node);
    if (is_symmetric(node.primitive)) {
      std::ranges::sort(operands);
    }
    std::uint64_t h = ir::hash_text(node.primitive->name, node.attributes->empty() ? 0 : ir::hash(*node.attributes));
    for (const ir::ValueId operand : operands) {
      h = ir::mix(h, operand);
    }
    const auto [begin, end] = known.equal_range(h);
    const auto found = std::find_if(begin, end, [&](const auto& entry) {
      const Known& other = entry.second;
      return other.node->primitive == node.primitive && other.operands == operands &&
             (other.node->attributes == node.attributes || *other.node->attributes == *node.attributes);
    });
    if (found == end) {
      rewrite.copy(node, share_common);
      known.emplace(h, Known{&node, std::move(operands)});
      continue;
    }
    for (std::uint32_t k = 0; k < node.result_count; ++k) {
      rewrite.replace(node.first_result + k, rewrite[found->second.node->first_result + k]);
    }
  }
  return rewrite.finish();
}

}  // namespace downhill::exec::passes
