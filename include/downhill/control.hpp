#pragma once
#include <downhill/array.hpp>

#include <functional>
#include <span>
#include <utility>
#include <vector>

/// Loops and branches that stay loops and branches in the program.
namespace downhill {

/// Carried arrays and one slice of every stacked output.
struct ScanStep {
  std::vector<Array> carry;
  std::vector<Array> outputs;
};
using ScanBody = std::function<ScanStep(std::span<const Array> carry, std::span<const Array> inputs)>;
enum class Direction { forward, backward };

/// Final carry, and the outputs of all steps stacked along a new first axis.
struct ScanResult {
  std::vector<Array> carry;
  std::vector<Array> outputs;
};

/// carry = body(carry, inputs[t]) for t = 0 … length-1 (or from the last to the first).
///
/// inputs   arrays whose first axis is the loop; all have the same length there
/// length   needed only if there are no inputs
/// Throws ShapeError if the body changes the number, type or shape of the carry.
/// Differentiable in both modes; reverse mode keeps each step's residuals: memory O(length).
[[nodiscard]] ScanResult scan(const ScanBody& body, const std::vector<Array>& carry, const std::vector<Array>& inputs,
                              std::int64_t length = -1, Direction direction = Direction::forward,
                              std::source_location where = std::source_location::current());

/// body applied to every slice of the inputs along their first axis, results stacked: a loop without a carry.
[[nodiscard]] std::vector<Array> map(const std::function<std::vector<Array>(std::span<const Array>)>& body,
                                     const std::vector<Array>& inputs,
                                     std::source_location where = std::source_location::current());

/// then_branch(operands) or else_branch(operands), whichever `predicate` (bool[]) says; only that one runs.
/// Both must give the same types; the branch not taken contributes exactly 0 to every derivative.
[[nodiscard]] std::vector<Array> cond(const Operand& predicate,
                                      const std::function<std::vector<Array>(std::span<const Array>)>& then_branch,
                                      const std::function<std::vector<Array>(std::span<const Array>)>& else_branch,
                                      const std::vector<Array>& operands);

}  // namespace downhill
