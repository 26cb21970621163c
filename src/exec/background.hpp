#pragma once
#include <functional>

namespace downhill::exec {

/// Runs `work` later on the one thread that improves code while programs run. Work that has not begun when the process
/// ends is dropped. `work` must not throw.
void in_background(std::function<void()> work);

/// Returns when all work asked for so far is done.
void wait_for_background();

}  // namespace downhill::exec
