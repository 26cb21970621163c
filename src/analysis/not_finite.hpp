#pragma once
#include <span>
#include <string>

#include "ir/trace.hpp"

namespace downhill::analysis {

/// The operation that makes an output of the program NaN or infinite at x, its first input, f64[n]: the first on the way to it whose
/// operands are all finite: `log(-1) is nan`. Empty if every output is finite, or no single operation is to blame.
/// Cost: one run by the interpreter that keeps every value.
[[nodiscard]] std::string first_not_finite(const ir::Traced& traced, std::span<const double> x);

}  // namespace downhill::analysis
