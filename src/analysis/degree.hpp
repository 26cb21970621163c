#pragma once
#include "ir/graph.hpp"

#include <vector>

namespace downhill::analysis {

/// What a value is as a polynomial in chosen inputs. `other` is everything that is not provably of degree at most 2.
enum class Degree { constant, affine, quadratic, other };

/// The degree of every output in the inputs where `variable`, read off the graph: sums, products, linear maps and
/// matrix products of polynomials. One pass over the nodes.
[[nodiscard]] std::vector<Degree> degrees(const ir::Graph& graph, const std::vector<bool>& variable);
/// The same of every value of the graph.
[[nodiscard]] std::vector<Degree> degrees_of_values(const ir::Graph& graph, const std::vector<bool>& variable);

}  // namespace downhill::analysis
