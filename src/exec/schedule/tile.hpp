#pragma once
#include "exec/schedule/draft.hpp"

namespace downhill::exec::scheduling {

/// Gathers nests and products that share a long axis into tile loops: they run on one block of that axis after the
/// other, so that what one step hands to the next stays in cache. Values that only live inside a loop move into tiles.
///
/// A step joins a loop if everything that it reads from the loop's other steps lies at its own index of the shared axis.
/// Exact: the order of no sum changes. Cost: linear in the number of accesses.
void form_tiles(Draft& draft);

}  // namespace downhill::exec::scheduling
