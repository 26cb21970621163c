#pragma once
#include <cstddef>
#include <span>
#include <vector>

/// Dense symmetric matrices: eigenvalues and a test for positive definiteness.
namespace downhill::optimize {

/// values: n, ascending; vectors: n*n, row k is the unit eigenvector of values[k], its first component that is not
/// negligible positive.
struct EigenDecomposition {
  std::vector<double> values;
  std::vector<double> vectors;

  [[nodiscard]] std::size_t size() const { return values.size(); }
  [[nodiscard]] std::span<const double> vector(std::size_t k) const {
    return std::span(vectors).subspan(k * size(), size());
  }
  /// The components of v along the eigenvectors.
  [[nodiscard]] std::vector<double> coordinates(std::span<const double> v) const;
  /// The vector with these components.
  [[nodiscard]] std::vector<double> combine(std::span<const double> coordinates) const;
};

/// matrix: n*n, symmetric, finite. O(n³).
[[nodiscard]] EigenDecomposition eigen_decomposition(std::span<const double> matrix, std::size_t n);

/// Eigenvalues alone.
[[nodiscard]] std::vector<double> eigenvalues(std::span<const double> matrix, std::size_t n);

/// Solves matrix · x = right if the matrix is positive definite by a clear margin; otherwise returns an empty vector. A third of
/// the work of a decomposition or less.
[[nodiscard]] std::vector<double> solve_positive_definite(std::span<const double> matrix,
                                                          std::span<const double> right);

/// Makes the first component of v that is not negligible positive.
void orient(std::span<double> v);

}  // namespace downhill::optimize
