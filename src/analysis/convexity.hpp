#pragma once
#include <vector>

#include "analysis/curvature_facts.hpp"
#include "ir/graph.hpp"
#include "ir/trace.hpp"

namespace downhill::analysis {

/// What is proved about a scalar loss as a function of its variables, over its whole domain.
enum class Convexity {
  unknown,          ///< nothing: it may be convex all the same
  convex,           ///< every local minimum is a global one
  strictly_convex,  ///< and there is at most one
};

/// Whether the only output of a traced loss is convex in its first input, by the composition rules of disciplined convex
/// programming (Grant, Boyd & Ye 2006) on the graph: curvature, monotonicity and range of every value, squares and even
/// powers, logarithms of sums of exponentials. Captured arrays count as the constants they are.
/// Cost: one pass over the nodes, and one evaluation of those that do not depend on the variables.
[[nodiscard]] Convexity convexity(const ir::Traced& loss);

/// Bounds of all elements of each value of a traced loss, by the same rules.
[[nodiscard]] std::vector<Bounds> value_bounds(const ir::Traced& loss);

}  // namespace downhill::analysis
