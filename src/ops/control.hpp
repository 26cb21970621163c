#pragma once
#include "ir/trace.hpp"

#include <span>
#include <vector>

/// Loops and branches as primitives see them.
namespace downhill::ops {

/// `scan`: operands are constants, then carry, then stacked inputs; the body takes them in this order (inputs as slices)
/// and gives the next carry, then this step's outputs. Results are the final carry, then the stacked outputs.
struct ScanLayout {
  ir::SubGraph body;
  std::size_t constants = 0;
  std::size_t carry = 0;
  std::int64_t length = 0;
  bool is_backward = false;  ///< steps run from the last index to the first; outputs keep their index
};

[[nodiscard]] ScanLayout scan_layout(const ir::Attributes& attributes);
[[nodiscard]] std::vector<Array> apply_scan(const ScanLayout& layout, std::span<const Array> operands,
                                            std::source_location where = std::source_location::current());

/// `cond`: operands are the predicate bool[], then what both branches take.
[[nodiscard]] std::vector<Array> apply_cond(const ir::SubGraph& then_graph, const ir::SubGraph& else_graph,
                                            std::span<const Array> operands,
                                            std::source_location where = std::source_location::current());

[[nodiscard]] std::vector<Type> types_of(std::span<const Array> arrays);
/// The same program with its last `count` inputs first.
[[nodiscard]] ir::Graph rotated_inputs(const ir::Graph& graph, std::size_t count);

}  // namespace downhill::ops
