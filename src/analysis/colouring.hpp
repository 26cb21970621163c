#pragma once
#include "analysis/sparsity.hpp"

#include <cstdint>
#include <vector>

/// Which columns of a sparse matrix can be told from one product: those of one colour.
namespace downhill::analysis {

struct Colouring {
  std::vector<std::uint32_t> colours = {};  ///< of each column
  std::size_t count = 0;

  friend bool operator==(const Colouring&, const Colouring&) = default;
};

/// Colours for a symmetric matrix with its whole diagonal, such that of each entry a_ij and its twin a_ji one is alone with its colour
/// in its row: no path of four columns has two colours alone. Greedy, in the order of the columns and by falling number of entries;
/// the better of the two is taken.
/// Reference: Gebremedhin, Tarafdar, Manne & Pothen, SIAM J. Sci. Comput. 29 (2007) 1042-1072, section 4; Coleman & Moré, Math. Programming
/// 28 (1984) 243-270.
[[nodiscard]] Colouring star_colouring(const SparsityPattern& symmetric);

/// For each entry of the pattern where its number stands among the products with the sum of the unit vectors of each colour:
/// colour * rows + row.
[[nodiscard]] std::vector<std::size_t> places_in_products(const SparsityPattern& symmetric, const Colouring& colouring);

/// Colours for any matrix, such that no row has two entries of one colour. Greedy, in the order of the columns.
/// Reference: Curtis, Powell & Reid, J. Inst. Math. Appl. 13 (1974) 117-119.
[[nodiscard]] Colouring column_colouring(const SparsityPattern& pattern);

/// The pattern of the transposed matrix.
[[nodiscard]] SparsityPattern transposed(const SparsityPattern& pattern);

}  // namespace downhill::analysis
