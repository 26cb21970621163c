#pragma once

namespace downhill::ir {

/// Whether a trace is open on this thread: operations are then recorded, and no numbers are made.
[[nodiscard]] bool is_tracing();

}  // namespace downhill::ir
