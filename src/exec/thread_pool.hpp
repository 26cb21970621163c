#pragma once
#include "ir/backend.hpp"

namespace downhill::exec {

/// Threads for a program: `count` at most, 0 for all processors. Runs on oneTBB; 1 runs on the caller's thread alone.
[[nodiscard]] ir::Threads threads(int count);

}  // namespace downhill::exec
