#pragma once
#include "ir/trace.hpp"

#include <vector>

namespace downhill::analysis {

/// Of every value of a traced loss, whether it is an absolute value that is used only as a factor of powers |v|^p with a constant p above
/// two: these have second derivatives that change without jumps, and no kink. A few passes over the nodes.
[[nodiscard]] std::vector<bool> raised_absolutes(const ir::Traced& loss);

}  // namespace downhill::analysis
