#pragma once
#include <downhill/objective.hpp>

#include <cstddef>

namespace downhill::optimize {

/// The counts with the evaluations that finite differences made on the way: 2n values for each gradient by differences, and so on.
[[nodiscard]] EvaluationCounts with_inner_calls(EvaluationCounts counts, const Capabilities& capabilities,
                                                std::size_t n);

}  // namespace downhill::optimize
