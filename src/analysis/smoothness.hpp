#pragma once
#include "ir/trace.hpp"

namespace downhill::analysis {

/// Whether no output of the graph has a kink or jump in its first input: every primitive that depends on it differentiably is smooth
/// where it is defined, or raised so that nothing is left of its kink (raised.hpp). A kink that only stop_gradient sees does not count.
/// A few passes over the nodes; loops and branches count as not smooth.
[[nodiscard]] bool is_smooth(const ir::Traced& loss);

}  // namespace downhill::analysis
