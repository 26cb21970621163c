#pragma once
#include "ad/batching.hpp"
#include "ad/forward.hpp"

#include <span>
#include <vector>

/// Derivatives and batches of loops (`scan`) and branches (`cond`), from those of their bodies.
namespace downhill::ad {

[[nodiscard]] std::vector<bool> active_loop_results(const ir::Attributes& attributes,
                                                    const std::vector<bool>& active_operands);
[[nodiscard]] std::vector<bool> active_branch_results(const ir::Attributes& attributes,
                                                      const std::vector<bool>& active_operands);

[[nodiscard]] ForwardResult loop_forward(const ir::Attributes& attributes, std::span<const Array> operands,
                                         const Tangents& tangents);
[[nodiscard]] ForwardResult branch_forward(const ir::Attributes& attributes, std::span<const Array> operands,
                                           const Tangents& tangents);

struct LoopRecord {
  std::vector<Array> results;
  std::vector<Array> carries;  ///< the carry before every step, stacked
};
/// Runs the loop and keeps its carries: the residuals of the backward loop, which recomputes each step from them.
[[nodiscard]] LoopRecord loop_recorded(const ir::Attributes& attributes, std::span<const Array> operands);
[[nodiscard]] Tangents loop_pulled(const ir::Attributes& attributes, std::span<const Array> operands,
                                   const std::vector<Array>& carries, const Tangents& cotangents,
                                   const std::vector<bool>& wanted);
[[nodiscard]] Tangents branch_pulled(const ir::Attributes& attributes, std::span<const Array> operands,
                                     const Tangents& cotangents, const std::vector<bool>& wanted);

[[nodiscard]] Batched loop_batched(const ir::Attributes& attributes, std::span<const Array> operands,
                                   const std::vector<bool>& batched, std::int64_t size);
/// Every result carries the batch.
[[nodiscard]] std::vector<Array> branch_batched(const ir::Attributes& attributes, std::span<const Array> operands,
                                                const std::vector<bool>& batched, std::int64_t size);

}  // namespace downhill::ad
