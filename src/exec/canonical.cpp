#include "exec/canonical.hpp"

#include "exec/passes/dead_code.hpp"

namespace downhill::exec {

ir::Graph canonical(const ir::Graph& graph) {
  // What no output needs is neither run nor compiled.
  return passes::remove_dead_code(graph);
}

}  // namespace downhill::exec
