#pragma once
#include "ir/trace.hpp"

namespace downhill::analysis {

/// 0 if a traced loss is proved never to be negative, and to be computed as 0 only where it is as low as it can be: made by sums, products,
/// powers and choices of squares, absolute values and the like. Else -infinity: exponentials come to 0 by rounding alone, and so does what
/// cancels, as 1 - cos(x).
[[nodiscard]] double lower_bound(const ir::Traced& loss);

}  // namespace downhill::analysis
