#pragma once
#include <vector>

#include "ir/loops.hpp"

namespace downhill::jit {

class Layout;

/// A nest of a single point with a long body, cut into several whose values in common go through the workspace; any other nest as it is.
/// LLVM's time grows faster than the size of a function.
[[nodiscard]] std::vector<ir::loops::Nest> split_long_nest(const ir::loops::Nest& nest, Layout& layout);

}  // namespace downhill::jit
