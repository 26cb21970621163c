#pragma once
#include "ir/trace.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace downhill::analysis {

/// Where the entries of a matrix are that may differ from zero: for each row their columns, ascending.
struct SparsityPattern {
  std::size_t columns = 0;
  std::vector<std::size_t> begin{0};        ///< rows + 1
  std::vector<std::uint32_t> entries = {};  ///< columns, row by row

  [[nodiscard]] std::size_t rows() const { return begin.size() - 1; }
  [[nodiscard]] std::span<const std::uint32_t> row(std::size_t i) const {
    return std::span(entries).subspan(begin[i], begin[i + 1] - begin[i]);
  }
  friend bool operator==(const SparsityPattern&, const SparsityPattern&) = default;
};

/// What was found of a pattern, or why there is none.
struct Sparsity {
  enum class Kind : std::uint8_t {
    sparse,
    dense,       ///< more entries than were allowed
    too_costly,  ///< more work than was allowed
  };
  Kind kind = Kind::sparse;
  SparsityPattern pattern = {};  ///< of Kind::sparse
};

struct SparsityLimits {
  std::size_t entries = 0;        ///< of the whole matrix
  std::size_t work = 50'000'000;  ///< elements looked at, and columns kept
};

/// The entries of the Jacobian of the first output with respect to the first input, both flat, that may differ from zero somewhere.
///
/// Each element of every value carries the set of the variables it depends on with a derivative: elementwise functions unite those of their
/// operands' elements, views move them, sums unite them, products of matrices unite a row's with a column's, or those that the zeros of a
/// matrix that does not vary leave. Elements gathered or added at places that do not vary are followed; of loops, branches and all else
/// every result depends on all of every operand. Captured arrays count as what they hold.
///
/// Contains every entry that is not zero. Cost: about one look at each element of each value, less where a value depends on nothing.
[[nodiscard]] Sparsity jacobian_sparsity(const ir::Traced& f, const SparsityLimits& limits);

/// The pattern of A + Aᵀ with the whole diagonal. A is square.
[[nodiscard]] SparsityPattern symmetric(const SparsityPattern& a);

}  // namespace downhill::analysis
