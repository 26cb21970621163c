#pragma once
#include <downhill/problems.hpp>

#include <cstdint>
#include <vector>

/// Test problems in other coordinates: where an optimizer ends should not depend on them.
namespace downhill::bench {

/// f'(x') = scale f(x) + offset where x' = D (Q x + s): Q is orthogonal, D diagonal.
struct Moved {
  TestProblem problem;        ///< of n variables alone, its starts and known points moved with it
  std::vector<double> units;  ///< n: the diagonal of D
  double scale = 1;
};

/// The same problem moved as `seed` draws it: D of powers of ten from 1e-4 to 1e4, s about as long as the start, the scale 1e-8, 1 or 1e8
/// (1 where f would overflow at the start), an offset of f's size or none (sums of squares have none). Q is any rotation or reflection up
/// to 30 variables; above it costs O(n): reflections in two planes, which make the Hessian dense, for an odd seed, turns of pairs of
/// variables for an even one. All of it is part of the function's graph.
[[nodiscard]] Moved moved(const TestProblem& problem, std::int64_t n, std::uint64_t seed);

}  // namespace downhill::bench
