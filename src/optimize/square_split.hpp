#pragma once
#include <downhill/derivatives.hpp>

#include "ir/trace.hpp"

namespace downhill::optimize {

/// The residuals of a loss of one array that is a sum of squares by its graph, each with a constant weight, none negative: their roots, one
/// after the other, times those of the weights. Empty if the loss is no such sum, or has another constant beside it.
/// Cost: a few passes over the nodes, and an evaluation and a pullback of those that add the squares up.
[[nodiscard]] ArrayFunction split_squares(const ir::Traced& loss);

}  // namespace downhill::optimize
