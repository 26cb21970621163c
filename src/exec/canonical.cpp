#include "exec/canonical.hpp"

#include "exec/passes/dead_code.hpp"
#include "exec/passes/fold.hpp"
#include "exec/passes/share.hpp"
#include "exec/passes/simplify.hpp"

namespace downhill::exec {

ir::Graph canonical(const ir::Graph& graph) {
  // What no output needs costs the other passes nothing.
  ir::Graph result = passes::remove_dead_code(graph);
  // Derivatives are full of products with ones and of views of views; what is left of them is then known.
  result = passes::simplify(result);
  // Numbers that are known before the program runs, so that the rules for known numbers see them.
  result = passes::fold_constants(result);
  // Both sides of a derivative compute the same things.
  result = passes::share_common(result);
  // Folding and sharing make new cases for the rules: a factor that turned out 1, a choice between equal values.
  result = passes::simplify(result);
  result = passes::share_common(result);
  // What the rules went around.
  return passes::remove_dead_code(result);
}

}  // namespace downhill::exec
