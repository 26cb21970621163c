#pragma once
#include <downhill/objective.hpp>

#include <cstddef>
#include <memory>

namespace downhill::optimize {

/// The counts with the evaluations that finite differences made on the way: 2n values for each gradient by differences, and so on.
[[nodiscard]] EvaluationCounts with_inner_calls(EvaluationCounts counts, const Capabilities& capabilities,
                                                std::size_t n);

/// What with_differences was given, if the source is one of its; else null.
[[nodiscard]] std::shared_ptr<LossSource> without_differences(const std::shared_ptr<LossSource>& source);

}  // namespace downhill::optimize
