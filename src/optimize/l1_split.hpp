#pragma once
#include <downhill/derivatives.hpp>
#include <downhill/objective.hpp>

#include <vector>

#include "ir/trace.hpp"

namespace downhill::optimize {

/// A loss of one array as terms w |x_i - c| and what is left of it.
struct L1Split {
  std::vector<L1Term> terms;  ///< of the flat x; empty: there are none that can be split off
  ArrayFunction smooth_part;  ///< of the same array; empty without terms. It may have other kinks all the same
};

/// Reads the terms off the graph: |p|, max(p, q), min(p, q) or a `where` that says the same, with p and q straight in x and each element
/// of p - q a multiple of one variable and a constant, that enter the loss with constant weights, none negative:
/// max(p, q) is (p + q)/2 + |p - q|/2.
/// Cost: a few passes over the nodes, and some 4 log2(n) evaluations of those that are straight in x.
[[nodiscard]] L1Split split_l1(const ir::Traced& loss);

}  // namespace downhill::optimize
